package dev.holdfast.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.ContainerBuilder;
import dev.holdfast.model.Labels;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.RecordBuilder;
import dev.holdfast.model.Release;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Order, names, one-shots, and what a step carries beside its text. */
class PlanPartsTest {
  private static final Instant NOW = RecordBuilder.AT;

  static ObservedState seen(ObservedContainer... containers) {
    return new ObservedState(
        "shop", List.of(containers), new TreeSet<>(List.of("shop_default")), new TreeSet<>());
  }

  private static Release shop() {
    return CaseRelease.parse(
        """
        services:
          api: { depends_on: { db: healthy, cache: started, init: completed } }
          cache: {}
          db: {}
          init: { depends_on: { db: healthy } }
          web: { depends_on: { api: started } }
        """);
  }

  @Test
  void dependenciesStartFirstAndNamesDecideTheRest() {
    assertThat(Order.of(shop())).containsExactly("cache", "db", "init", "api", "web");
    assertThat(Order.dependenciesOf(shop(), "api")).containsExactly("cache", "db", "init");
    assertThat(Order.dependenciesOf(shop(), "cache")).isEmpty();
    assertThat(Order.dependents(shop(), "db")).containsExactly("api", "init");
  }

  @Test
  void aCycleHasAnEndAndEachServiceOnce() {
    Release cycle =
        CaseRelease.parse(
            "services: { a: { depends_on: { b: started } }, b: { depends_on: { a: started } }, c: { depends_on: { gone: started } } }");

    assertThat(Order.of(cycle)).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void namesFollowFromWhatTheyName() {
    Release.Service plain = CaseRelease.parse("services: { api: {} }").services().get("api");
    Release.Service fixed =
        CaseRelease.parse("services: { api: { container_name: the-api } }").services().get("api");
    String id = "0123456789abcdef".repeat(4);

    assertThat(Names.serving("shop", plain, 1)).isEqualTo("shop-api-1");
    assertThat(Names.serving("shop", fixed, 1)).isEqualTo("the-api");
    assertThat(Names.waiting("shop-api-1", "r1", Set.of())).isEqualTo("shop-api-1-r1");
    assertThat(Names.waiting("shop-api-1", "r1", Set.of("shop-api-1-r1", "shop-api-1-r1-2")))
        .isEqualTo("shop-api-1-r1-3");
    assertThat(Names.aside("shop-api-1", id)).isEqualTo("shop-api-1-old-0123456789ab");
    assertThat(Names.aside("x", "short")).isEqualTo("x-old-short");
    assertThat(Names.migration("shop", "api", "d1", "0")).isEqualTo("shop-api-run-d1-0");
  }

  @Test
  void onlyANameWithItsOwnIdIsAside() {
    String id = "0123456789abcdef".repeat(4);

    assertThat(
            Names.isAside(
                ContainerBuilder.of(id, "shop", "api").named("x-old-0123456789ab").build()))
        .isTrue();
    assertThat(
            Names.isAside(
                ContainerBuilder.of(id, "shop", "api").named("x-old-ffffffffffff").build()))
        .isFalse();
    assertThat(Names.isAside(ContainerBuilder.of(id, "shop", "api").named("api-old").build()))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "{ restart: no }, false",
    "{ restart: on-failure }, false",
    "{ restart: unless-stopped }, false",
    "'{ restart: no, probe: true }', false",
    "'{ restart: no, healthcheck: true }', false",
    "'{ restart: no, port: 80 }', false"
  })
  void aServiceThatNobodyAwaitsIsNoOneShot(String service, boolean oneShot) {
    assertThat(OneShots.isOneShot(CaseRelease.parse("services: { x: " + service + " }"), "x"))
        .isEqualTo(oneShot);
  }

  @Test
  void whatOthersWaitForToCompleteIsAOneShotWhateverElseItHas() {
    Release release =
        CaseRelease.parse(
            "services: { x: { probe: true, restart: always }, y: { depends_on: { x: completed } } }");

    assertThat(OneShots.isAwaited(release, "x")).isTrue();
    assertThat(OneShots.isOneShot(release, "x")).isTrue();
    assertThat(OneShots.isAwaited(release, "y")).isFalse();
  }

  @Test
  void theOldContainerIsStoppedWithItsOwnGrace() {
    Release old = CaseRelease.parse("services: { api: { version: 1, grace: 90 } }");
    Release next = CaseRelease.parse("services: { api: { version: 2, grace: 5 } }");
    ObservedState seen = seen(ContainerBuilder.of("a", old, "api").build());
    PlanInput in =
        new PlanInput(next, old, RecordBuilder.to(next.id()).build(), seen, Set.of(), Set.of());

    assertThat(only(Step.Stop.class, Planner.deployment(in)).grace())
        .isEqualTo(Duration.ofSeconds(90));
    PlanInput unknown =
        new PlanInput(next, null, RecordBuilder.to(next.id()).build(), seen, Set.of(), Set.of());
    assertThat(only(Step.Stop.class, Planner.deployment(unknown)).grace())
        .isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void anonymousVolumesComeFromTheContainerThatServedOrStoppedLast() {
    Release old = CaseRelease.parse("services: { api: { version: 1 } }");
    Release next = CaseRelease.parse("services: { api: { version: 2 } }");
    ObservedContainer running = ContainerBuilder.of("a", old, "api").created(NOW).build();
    ObservedContainer stopped = ContainerBuilder.of("a", old, "api").exited(1).created(NOW).build();
    ObservedContainer older =
        ContainerBuilder.of("z", "shop", "api")
            .named("odd")
            .exited(0)
            .created(NOW.minusSeconds(9))
            .build();

    assertThat(replaced(next, old, running, older)).isEqualTo(ContainerRef.of(running));
    assertThat(replaced(next, old, stopped, older)).isEqualTo(ContainerRef.of(stopped));
    assertThat(replaced(next, old)).isNull();
  }

  private static ContainerRef replaced(Release next, Release old, ObservedContainer... containers) {
    PlanInput in =
        new PlanInput(
            next, old, RecordBuilder.to(next.id()).build(), seen(containers), Set.of(), Set.of());
    return only(Step.Create.class, Planner.deployment(in)).replaces();
  }

  private static <S extends Step> S only(Class<S> type, Plan plan) {
    List<S> found = plan.steps().stream().filter(type::isInstance).map(type::cast).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  @Test
  void containersOfPeopleAreNeverRemovedOrStopped() {
    Release release = CaseRelease.parse("services: { api: { version: 1 } }");
    ObservedContainer own = ContainerBuilder.of("a", release, "api").build();
    ObservedContainer unknown = ContainerBuilder.of("x", "shop", "adminer").build();
    ObservedContainer oneOff =
        ContainerBuilder.of("o", "shop", "api")
            .named("shop-api-run-1")
            .label(Labels.COMPOSE_ONEOFF, "True")
            .exited(0)
            .build();
    ObservedContainer stopped = ContainerBuilder.of("s", "shop", "old").state(State.EXITED).build();

    assertThat(
            Planner.keep(
                    new KeepInput(release, seen(own, unknown, oneOff, stopped), Set.of(), true))
                .steps())
        .isEmpty();
  }
}
