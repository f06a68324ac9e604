package dev.holdfast.plan;

import static dev.holdfast.plan.PlanPartsTest.seen;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.ContainerBuilder;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Likeness;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.RecordBuilder;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a rollback counts as of the failed release, and what as put back. */
class RollbackVerificationTest {
  private static final Release ONE =
      CaseRelease.parse("services: { api: { version: 1, replicas: 3 }, db: { version: 1 } }");
  private static final Release TWO =
      CaseRelease.parse("services: { api: { version: 2, replicas: 3 }, db: { version: 2 } }");

  private static ContainerBuilder of(Release release, String id, String service, int number) {
    return ContainerBuilder.of(id, release, service)
        .named("shop-" + service + "-" + number)
        .label(Labels.COMPOSE_NUMBER, "" + number);
  }

  private static Replaced before(ObservedContainer c) {
    return new Replaced(
        c.service(), c.number(), c.id(), c.name(), c.configHash(), c.imageId(), c.restart(), true);
  }

  private static DeploymentRecord record(ObservedContainer... before) {
    return RecordBuilder.to(TWO.id())
        .began()
        .back()
        .before(
            java.util.Arrays.stream(before)
                .map(RollbackVerificationTest::before)
                .toArray(Replaced[]::new))
        .build();
  }

  private static List<String> made(DeploymentRecord record, ObservedContainer... containers) {
    return BackPlan.made(record, seen(containers)).stream().map(ObservedContainer::id).toList();
  }

  @Test
  void ofTheFailedReleaseIsWhatOfOursRunsAndDidNot() {
    ObservedContainer before = of(ONE, "a", "api", 1).build();
    ObservedContainer oneOff = of(TWO, "m", "api", 1).label(Labels.COMPOSE_ONEOFF, "True").build();
    ObservedContainer peoples = ContainerBuilder.of("p", "shop", "adminer").build();
    ObservedContainer leftOver = of(ONE, "l", "api", 1).exited(0).build();
    DeploymentRecord record = record(before);
    ObservedContainer itsOwn =
        of(TWO, "s", "db", 1).label(Labels.DEPLOYMENT, record.deploymentId()).exited(1).build();
    ObservedContainer running = of(TWO, "n", "api", 1).build();

    assertThat(made(record, before, oneOff, peoples, leftOver, itsOwn, running))
        .containsExactlyInAnyOrder("s", "n");
  }

  @Test
  void oneOfTheSameStandsInForOneThatIsGoneAtItsPlaceOrAtTheOnlyOne() {
    ObservedContainer second = of(ONE, "a", "api", 2).build();
    ObservedContainer same = of(ONE, "n", "api", 2).build();

    assertThat(made(record(second), same)).isEmpty();
    assertThat(made(record(second), of(ONE, "n", "api", 1).build())).isEmpty();
    assertThat(made(record(second), of(ONE, "n", "api", 3).build())).containsExactly("n");
    assertThat(made(record(second), of(TWO, "n", "api", 2).build())).containsExactly("n");
    assertThat(made(record(second), of(ONE, "n", "db", 2).build())).containsExactly("n");
    assertThat(made(record(second), second, same)).containsExactly("n");
  }

  @Test
  void whatTheFailedReleaseLeavesStoppedIsNotSaidToRun() {
    ObservedContainer before = of(ONE, "a", "api", 1).build();
    DeploymentRecord record = record(before);
    ObservedContainer stopped =
        of(TWO, "n", "api", 1).label(Labels.DEPLOYMENT, record.deploymentId()).exited(0).build();

    assertThat(Verification.ofRollback(record, seen(before, stopped))).isEmpty();
  }

  @Test
  void oneThatRunsBesideWhatWasPutBackIsSaidThoughItIsOfTheSame() {
    ObservedContainer v1 =
        ContainerBuilder.of("a", "shop", "db")
            .named("shop_db_1")
            .build()
            .with(Likeness.same(ONE.services().get("db").configHash()));
    ObservedContainer beside = of(ONE, "n", "db", 1).image(v1.imageId()).build();

    assertThat(Verification.ofRollback(record(v1), seen(v1, beside)))
        .containsExactly("shop-db-1 of the failed release still runs");
  }

  @Test
  void oneOfDockerComposeV1ThatIsGoneComesBackUnderTheNameOfToday() {
    ObservedContainer v1 =
        ContainerBuilder.of("a", "shop", "db")
            .named("shop_db_1")
            .build()
            .with(Likeness.same(ONE.services().get("db").configHash()));
    ContainerBuilder anew = of(ONE, "n", "db", 1).image(v1.imageId());

    assertThat(Verification.ofRollback(record(v1), seen(anew.build()))).isEmpty();
    assertThat(Verification.ofRollback(record(v1), seen(anew.named("elsewhere").build())))
        .containsExactly("shop_db_1 could not be put back");
  }

  @Test
  void anotherContainerOfTheServiceIsNotTheOneThatWasPutBack() {
    ObservedContainer before = of(ONE, "a", "api", 1).build();
    ObservedContainer failed = of(TWO, "n", "api", 1).named("shop-api-1-old-n").exited(1).build();
    ObservedState both = seen(failed, before);

    assertThat(Verification.ofRollback(record(before), both)).isEmpty();
    assertThat(Verification.putBack("api", record(before), both)).contains(before);
    assertThat(Verification.putBack("api", record(before), seen(failed))).isEmpty();
    assertThat(Verification.putBack("db", record(before), both)).isEmpty();
  }

  @Test
  void ofSeveralThatWerePutBackTheOneThatDoesNotRunIsLookedAt() {
    ObservedContainer first = of(ONE, "a1", "api", 1).build();
    ObservedContainer second = of(ONE, "a2", "api", 2).exited(1).build();
    ObservedContainer third = of(ONE, "a3", "api", 3).build();

    assertThat(
            Verification.putBack("api", record(first, second, third), seen(first, second, third)))
        .contains(second);
  }

  @Test
  void whatRunsWhereNoClientFindsItIsNotBack() {
    ObservedContainer before = of(ONE, "a", "api", 1).build();

    assertThat(
            Verification.ofRollback(record(before), seen(of(ONE, "a", "api", 1).hidden().build())))
        .containsExactly("shop-api-1 runs where no client finds it");
    // One that has ended well serves nobody, so that it need not be found.
    assertThat(
            Verification.ofRollback(
                record(before), seen(of(ONE, "a", "api", 1).hidden().exited(0).build())))
        .isEmpty();
  }

  @Test
  void whatAScaledDownServiceLeftRunningIsSaid() {
    Release fewer = CaseRelease.parse("services: { api: { version: 1, replicas: 2 } }");
    ObservedContainer first = of(fewer, "a1", "api", 1).build();
    ObservedContainer second = of(fewer, "a2", "api", 2).build();

    assertThat(Verification.of(fewer, seen(first, second, of(ONE, "a3", "api", 3).build())))
        .containsExactly("shop-api-3 runs, and has no place any more");
    assertThat(
            Verification.of(
                fewer,
                seen(
                    first,
                    second,
                    of(ONE, "a3", "api", 3).restart(RestartPolicy.NO).exited(0).build())))
        .isEmpty();
  }
}
