package dev.holdfast.plan;

import static dev.holdfast.plan.PlanPartsTest.seen;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.ContainerBuilder;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.Labels;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.Health;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.RecordBuilder;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerificationTest {
  private static final Release ONE = CaseRelease.parse("services: { api: { version: 1 } }");
  private static final Release TWO = CaseRelease.parse("services: { api: { version: 2 } }");
  private static final Release JOB =
      CaseRelease.parse(
          "services: { job: { restart: no }, api: { depends_on: { job: completed } } }");

  private static ContainerBuilder one() {
    return ContainerBuilder.of("a", ONE, "api");
  }

  private static List<String> of(ContainerBuilder... containers) {
    return Verification.of(
        ONE,
        seen(
            java.util.Arrays.stream(containers)
                .map(ContainerBuilder::build)
                .toArray(ObservedContainer[]::new)));
  }

  @Test
  void whatRunsAsTheReleaseSaysIsEqual() {
    assertThat(of(one())).isEmpty();
    assertThat(of(one(), ContainerBuilder.of("b", TWO, "api").named("x").exited(1))).isEmpty();
  }

  @Test
  void anythingElseIsNot() {
    assertThat(of())
        .containsExactly("api has no container with the release's image and configuration");
    assertThat(of(ContainerBuilder.of("b", TWO, "api"))).hasSize(1);
    assertThat(of(ContainerBuilder.of("c", "shop", "api"))).hasSize(1);
    assertThat(of(one().named("other"))).hasSize(1);
    assertThat(of(one().exited(0))).hasSize(1);
    assertThat(of(one().state(State.PAUSED))).hasSize(1);
    assertThat(of(one().state(State.DEAD))).hasSize(1);
    assertThat(of(one().restart(RestartPolicy.NO))).hasSize(1);
    assertThat(of(one(), ContainerBuilder.of("b", TWO, "api").named("x"))).hasSize(1);
  }

  @Test
  void theEnginesDigestCountsNotOurLabel() {
    assertThat(of(one().image("sha256:other", "registry.test/acme/api@sha256:" + "9".repeat(64))))
        .hasSize(1);
    assertThat(of(one().image("sha256:local"))).hasSize(1);
  }

  @Test
  void aOneShotThatEndedWellIsInPlace() {
    assertThat(Verification.of(JOB, seen(ContainerBuilder.of("j", JOB, "job").exited(0).build())))
        .noneMatch(d -> d.contains("job"));
    assertThat(Verification.of(JOB, seen(ContainerBuilder.of("j", JOB, "job").exited(1).build())))
        .filteredOn(d -> d.contains("job"))
        .hasSize(1);
  }

  private static DeploymentRecord record(Replaced... before) {
    return RecordBuilder.to(TWO.id()).began().back().before(before).build();
  }

  private static Replaced replaced(ObservedContainer c, boolean healthy) {
    return new Replaced(
        c.service(), 1, c.id(), c.name(), c.configHash(), c.imageId(), c.restart(), healthy);
  }

  @Test
  void aRollbackIsVerifiedAgainstTheVeryContainers() {
    ObservedContainer before = one().build();
    DeploymentRecord record = record(replaced(before, true));

    assertThat(Verification.ofRollback(record, seen(before))).isEmpty();
    assertThat(Verification.ofRollback(record, seen()))
        .containsExactly("shop-api-1 could not be put back");
    assertThat(Verification.ofRollback(record, seen(one().exited(1).build())))
        .containsExactly("shop-api-1 does not run");
    assertThat(Verification.ofRollback(record, seen(one().image("sha256:else").build())))
        .hasSize(1);
  }

  @Test
  void whatCameBackIsComparedWithTheRecordInImageConfigurationAndHealth() {
    DeploymentRecord record = record(replaced(one().build(), true));

    assertThat(back(record, one())).isEmpty();
    assertThat(back(record, one().named("elsewhere")))
        .containsExactly("shop-api-1 is named elsewhere now");
    assertThat(back(record, one().restart(RestartPolicy.NO)))
        .containsExactly("shop-api-1 has another restart policy than before");
    assertThat(back(record, one().health(Health.UNHEALTHY)))
        .containsExactly("shop-api-1 is unhealthy and was not");
    assertThat(back(record, one().label(Labels.CONFIG_HASH, "other")))
        .containsExactly("shop-api-1 has another configuration than before");
  }

  @Test
  void theDigestOfTheReleaseThatCameBackCountsWhateverTheEnginesImageIdSays() {
    DeploymentRecord record = record(replaced(one().build(), true));
    String id = one().build().imageId();

    assertThat(
            Verification.ofRollback(
                record, ONE, seen(one().image(id, "x/api@sha256:" + "9".repeat(64)).build())))
        .containsExactly("shop-api-1 runs another image than the release before names");
    assertThat(Verification.ofRollback(record, ONE, seen(one().build()))).isEmpty();
  }

  @Test
  void whatWasUnhealthyBeforeMayBeSoAgain() {
    DeploymentRecord record = record(replaced(one().build(), false));

    assertThat(back(record, one().health(Health.UNHEALTHY))).isEmpty();
  }

  private static List<String> back(DeploymentRecord record, ContainerBuilder container) {
    return Verification.ofRollback(record, ONE, seen(container.build()));
  }

  @Test
  void oneMadeAnewFromTheSameConfigurationCountsForOneThatWasRemoved() {
    DeploymentRecord record = record(replaced(one().build(), true));

    assertThat(Verification.ofRollback(record, seen(ContainerBuilder.of("n", ONE, "api").build())))
        .isEmpty();
    assertThat(Verification.ofRollback(record, seen(ContainerBuilder.of("n", TWO, "api").build())))
        .isNotEmpty();
  }

  @Test
  void nothingOfTheFailedReleaseMayRun() {
    ObservedContainer before = one().build();
    ObservedContainer failed = ContainerBuilder.of("n", TWO, "api").named("x").build();

    assertThat(Verification.ofRollback(record(replaced(before, true)), seen(before, failed)))
        .containsExactly("x of the failed release still runs");
  }

  @Test
  void whatWasUnwellBeforeNeedNotRunAgainAndAgain() {
    ObservedContainer looping = one().state(State.RESTARTING).build();

    assertThat(
            Verification.ofRollback(
                record(replaced(looping, false)), seen(one().exited(1).build())))
        .isEmpty();
  }
}
