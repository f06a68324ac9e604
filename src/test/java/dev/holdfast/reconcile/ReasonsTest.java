package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.api.Views;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.reconcile.AppView.ContainerView;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.AppView.ServiceView;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonsTest {
  private static List<String> what(Why why) {
    return why.reasons().stream().map(Why.Reason::what).toList();
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void everyPhaseHasASummary(Phase phase) {
    AppView view = Views.phase(phase, "something was said").apply(Views.synced("shop"));
    assertThat(Reasons.of(view, List.of()).summary()).isNotBlank();
  }

  @Test
  void whatIsWellNeedsNothing() {
    Why why = Reasons.of(Views.synced("shop"), List.of());
    assertThat(why.next()).isEmpty();
    assertThat(why.reasons()).isEmpty();
    assertThat(why.summary()).contains(Views.OLD);
  }

  @Test
  void aFailedRollbackCallsAPersonBeforeAllElse() {
    AppView view = Views.phase(Phase.Degraded, "rollback failed").apply(Views.synced("shop"));
    Why why =
        Reasons.of(
            view,
            List.of(
                Views.deployment("shop", Views.DEPLOYMENT, Status.ROLLBACK_FAILED, Views.NOON)));
    assertThat(why.next().getFirst()).contains("a person is needed now", Views.DEPLOYMENT);
    assertThat(what(why)).contains("putting back the release before it failed as well");
  }

  @Test
  void aContainerInTroubleIsNamedWithItsState() {
    ContainerView api =
        new ContainerView("c1", "shop-api-1", "restarting", "unhealthy", 7, Views.NOON);
    ContainerView done = new ContainerView("c2", "shop-seed-1", "exited", null, 0, Views.NOON);
    AppView view =
        Views.services(
            Views.phase(Phase.Degraded, "api").apply(Views.synced("shop")),
            List.of(
                new ServiceView("api", "acme/api:1", "sha256:1", List.of(api), true),
                new ServiceView("seed", "acme/seed:1", "sha256:2", List.of(done), true),
                new ServiceView("web", "acme/web:1", "sha256:3", List.of(), false)));
    Why why = Reasons.of(view, List.of());
    assertThat(what(why))
        .containsExactly("service api is in trouble", "service web is not what its release says");
    assertThat(why.reasons().getFirst().evidence())
        .containsExactly("shop-api-1 is restarting, unhealthy, restarted 7 times");
    assertThat(why.next()).containsExactly("see what it says: `docker logs --tail 50 shop-api-1`");
  }
}
