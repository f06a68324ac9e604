package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.backup.Saved;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.RecordBuilder;
import dev.holdfast.model.Release;
import dev.holdfast.plan.CaseRelease;
import dev.holdfast.store.InMemoryStore;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a backup is of before the migrations of what runs: else a restore breaks what runs. */
class OlderSchemaTest {
  private static final Release MIGRATES =
      CaseRelease.parse("services: { api: { version: 2 } }\nmigrate: [{}]");
  private static final Release PLAIN = CaseRelease.parse("services: { api: { version: 3 } }");
  private static final String OTHER = "0a1b2c3d4e5f";
  private final InMemoryStore store = new InMemoryStore();

  private static Saved taken(String release, Instant at) {
    return new Saved(
        "shop",
        "20261101T120000Z-" + OTHER,
        "rows",
        "command",
        "db",
        release,
        at,
        at,
        1,
        1,
        "0",
        true,
        Saved.Purpose.ASKED,
        "ann");
  }

  private boolean isOlder(Release runs, Saved taken) {
    return !new OlderSchema(store, "shop", runs).ids(List.of(taken)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "SUCCEEDED, '', true",
    "DEGRADED, after, true",
    "DEGRADED, watch, false",
    "ROLLED_BACK, probe, false",
    "ROLLBACK_FAILED, probe, false",
    "FAILED, backup, false",
  })
  void whatWasConfirmedAfterItsMigrationIsNotGoneBackBehind(
      Status status, String failedAt, boolean older) {
    RecordBuilder record = RecordBuilder.to(MIGRATES.id()).status(status).began().migrated(0, 0);
    store.saveRecord((failedAt.isEmpty() ? record : record.failed(failedAt, "x")).build());
    assertThat(isOlder(MIGRATES, taken(OTHER, RecordBuilder.AT.plusSeconds(10)))).isEqualTo(older);
  }

  @Test
  void whatWasTakenSinceIsOfTodayAndSoIsWhatTheVeryReleaseRanOn() {
    store.saveRecord(
        RecordBuilder.to(MIGRATES.id()).status(Status.SUCCEEDED).began().migrated(0, 0).build());
    assertThat(isOlder(MIGRATES, taken(OTHER, RecordBuilder.AT.plusSeconds(61)))).isFalse();
    assertThat(isOlder(MIGRATES, taken(MIGRATES.id(), RecordBuilder.AT.plusSeconds(10)))).isFalse();
  }

  @Test
  void aMigrationThatFailedChangedNothingThatWasConfirmed() {
    store.saveRecord(
        RecordBuilder.to(MIGRATES.id()).status(Status.SUCCEEDED).began().migrated(0, 1).build());
    assertThat(isOlder(MIGRATES, taken(OTHER, RecordBuilder.AT.plusSeconds(10)))).isFalse();
  }

  @Test
  void whereNoRecordReachesBackItCountsAsOlderIfAnythingMigrates() {
    assertThat(isOlder(MIGRATES, taken(OTHER, RecordBuilder.AT))).isTrue();
    assertThat(isOlder(PLAIN, taken(OTHER, RecordBuilder.AT))).isFalse();
    store.saveRecord(RecordBuilder.to(PLAIN.id()).status(Status.SUCCEEDED).began().build());
    assertThat(isOlder(MIGRATES, taken(OTHER, RecordBuilder.AT.minusSeconds(1)))).isTrue();
  }

  @Test
  void thatIsARefusalThatSaysHowItIsDoneAllTheSame() {
    List<Saved> older = List.of(taken(OTHER, RecordBuilder.AT));
    OlderSchema schema = new OlderSchema(store, "shop", MIGRATES);
    assertThatThrownBy(() -> schema.refuse(older))
        .isInstanceOf(Apps.Refused.class)
        .hasMessageContaining("holdfast rollback shop")
        .hasMessageContaining("--older-schema");
    new OlderSchema(store, "shop", PLAIN).refuse(older);
  }
}
