package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.Memory;
import dev.holdfast.model.RecordBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettlementTest {
  private static final Instant ENDED = RecordBuilder.AT.plusSeconds(60);
  private static final Memory IN_FLIGHT =
      Memory.EMPTY
          .confirm(new Memory.Confirmed("good", null, null, null, RecordBuilder.AT), 3)
          .withDeployment("d");

  private static Memory settled(DeploymentRecord record) {
    return Settlement.of(IN_FLIGHT, record, 3);
  }

  private static RecordBuilder ended(Status status) {
    return RecordBuilder.to("new").status(status);
  }

  @Test
  void whatIsInProgressIsNotSettled() {
    assertThat(settled(RecordBuilder.to("new").build())).isEqualTo(IN_FLIGHT);
  }

  @ParameterizedTest
  @EnumSource(value = Status.class, mode = EnumSource.Mode.EXCLUDE, names = "IN_PROGRESS")
  void whateverEndedIsInFlightNoMoreAndSettlingTwiceChangesNothingOfWeight(Status status) {
    DeploymentRecord record = ended(status).failed("probe", "status 503").build();
    Memory once = settled(record);

    assertThat(once.deployment()).isNull();
    assertThat(Settlement.of(once, record, 3).confirmed()).isEqualTo(once.confirmed());
    assertThat(Settlement.of(once, record, 3).quarantined().keySet())
        .isEqualTo(once.quarantined().keySet());
  }

  @Test
  void successIsConfirmedAndLeavesQuarantine() {
    Memory before = IN_FLIGHT.quarantine(new Memory.Quarantine("new", "d0", "x", ENDED, 2, null));
    Memory after = Settlement.of(before, ended(Status.SUCCEEDED).build(), 3);

    assertThat(after.lastGood()).isEqualTo("new");
    assertThat(after.confirmed())
        .extracting(Memory.Confirmed::release)
        .containsExactly("new", "good");
    assertThat(after.quarantined()).isEmpty();
  }

  @Test
  void onlySoManyConfirmedReleasesAreKept() {
    assertThat(Settlement.of(IN_FLIGHT, ended(Status.SUCCEEDED).build(), 1).confirmed()).hasSize(1);
    assertThat(Settlement.of(IN_FLIGHT, ended(Status.SUCCEEDED).build(), 0).lastGood())
        .isEqualTo("new");
  }

  @ParameterizedTest
  @CsvSource({"FAILED", "ROLLED_BACK", "ROLLBACK_FAILED"})
  void failureIsNeverConfirmedAndGoesToQuarantineForGood(Status status) {
    Memory after = settled(ended(status).began().failed("probe", "status 503").build());

    assertThat(after.lastGood()).isEqualTo("good");
    assertThat(after.hold()).isNull();
    assertThat(after.quarantined().get("new").reason()).startsWith("probe: status 503");
    assertThat(after.isQuarantined("new", ENDED.plus(Duration.ofDays(365)))).isTrue();
  }

  @Test
  void aRollbackThatFailedSaysWhyAndWhatAPersonShouldDo() {
    DeploymentRecord record = ended(Status.ROLLBACK_FAILED).began().failed("probe", "503").build();
    StepRecord verified =
        new StepRecord(
            "rollback", null, ENDED, ENDED, StepStatus.FAILED, "shop-api-1 runs another image");
    Memory after = settled(Records.withSteps(record, List.of(verified)));

    assertThat(after.quarantined().get("new").reason())
        .startsWith("probe: 503; then the rollback failed too: shop-api-1 runs another image.")
        .contains("holdfast show " + record.deploymentId(), "docker ps -a", "holdfast sync shop");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 4", "5, 16", "6, 30", "60, 30"})
  void aPullThatFailedIsTriedAgainLessAndLessOften(int attempts, int minutes) {
    Memory memory = IN_FLIGHT;
    for (int i = 0; i < attempts; i++) {
      memory = Settlement.of(memory, ended(Status.FAILED).failed("pull", "no route").build(), 3);
    }

    assertThat(memory.quarantined().get("new").attempts()).isEqualTo(attempts);
    assertThat(memory.quarantined().get("new").retryAt())
        .isEqualTo(ENDED.plus(Duration.ofMinutes(minutes)));
  }

  @Test
  void aPullThatFailedInTheMiddleOfAnUpdateIsNotTriedAgainByItself() {
    assertThat(
            settled(ended(Status.ROLLED_BACK).began().failed("pull", "x").build())
                .quarantined()
                .get("new")
                .retryAt())
        .isNull();
  }

  @Test
  void degradedByAfterIsConfirmedAndDegradedByAMigrationIsHeld() {
    Memory after = settled(ended(Status.DEGRADED).failed("after", "x").build());
    Memory held = settled(ended(Status.DEGRADED).began().failed("probe", "x").build());

    assertThat(after.lastGood()).isEqualTo("new");
    assertThat(after.hold()).isNull();
    assertThat(held.lastGood()).isEqualTo("good");
    assertThat(held.hold()).isNotNull();
    assertThat(held.hold().by()).isEqualTo("holdfast");
    assertThat(held.quarantined()).containsKey("new");
  }

  @Test
  void aMigrationThatCouldNotBeUndoneHolds() {
    assertThat(
            settled(ended(Status.ROLLBACK_FAILED).undone(0, 1).failed("rollback", "x").build())
                .hold())
        .isNotNull();
    assertThat(
            settled(ended(Status.ROLLBACK_FAILED).undone(0, 0).failed("rollback", "x").build())
                .hold())
        .isNull();
  }

  @Test
  void supersededIsNeitherGoodNorBad() {
    assertThat(settled(ended(Status.SUPERSEDED).build())).isEqualTo(IN_FLIGHT.withDeployment(null));
  }

  @Test
  void quarantineIsBounded() {
    Memory memory = Memory.EMPTY;
    for (int i = 0; i < 200; i++) {
      memory =
          memory.quarantine(
              new Memory.Quarantine("r" + i, "d", "x", ENDED.plusSeconds(i), 1, null));
    }

    assertThat(memory.quarantined()).hasSize(50).containsKey("r199").doesNotContainKey("r149");
  }

  /** What was started of it for the backup is stopped again, so that it can be tried again. */
  @Test
  void aFirstReleaseWhoseDatabaseWasStartedAndNotSavedIsTriedAgain() {
    DeploymentRecord first = ended(Status.FAILED).began().failed("backup", "no room").build();
    assertThat(first.updateBegan()).isTrue();

    Memory after = settled(first);
    assertThat(after.quarantined().get("new").retryAt())
        .isEqualTo(ENDED.plus(Duration.ofMinutes(1)));

    DeploymentRecord other = ended(Status.ROLLED_BACK).began().failed("backup", "x").build();
    assertThat(settled(other).quarantined().get("new").retryAt()).isNull();
  }
}
