package dev.holdfast.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Migration;
import dev.holdfast.model.RecordBuilder;
import dev.holdfast.model.Release;
import dev.holdfast.model.RolloutSpec;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurnTest {
  /**
   * The first migration's on-rollback, the second's, their exit statuses (empty: not run), whether
   * the update began.
   */
  @ParameterizedTest
  @CsvSource({
    "keep, keep, , , false, END",
    "keep, keep, , , true, BACK",
    "keep, keep, 0, 0, false, END",
    "keep, keep, 0, 0, true, BACK",
    "hold, keep, , , true, BACK",
    "hold, keep, 0, , false, HOLD",
    "hold, keep, 0, , true, HOLD",
    "hold, keep, 1, , false, END",
    "keep, hold, 0, , true, BACK",
    "keep, hold, 0, 0, true, HOLD",
    "undo, keep, 0, , false, BACK",
    "undo, keep, 1, , false, END",
    "undo, keep, , , false, END",
    "undo, hold, 0, 0, false, HOLD",
    "undo, hold, 0, 1, false, BACK",
  })
  void aFailureTurnsAsTheMigrationsThatRanSay(
      String first, String second, Integer one, Integer two, boolean began, Turn turn) {
    Release release =
        CaseRelease.parse(
            "services: { api: { version: 1 } }\nmigrate: [{ on-rollback: %s }, { on-rollback: %s }]"
                .formatted(first, second));
    RecordBuilder record = RecordBuilder.to(release.id());
    if (one != null) {
      record.migrated(0, one);
    }
    if (two != null) {
      record.migrated(1, two);
    }
    DeploymentRecord built = began ? record.began().build() : record.build();

    assertThat(Turn.after(built, release)).isEqualTo(turn);
  }

  @Test
  void whatABackupUndoesIsPutBack() {
    Release plain = CaseRelease.parse("services: { api: { version: 1 } }");
    Migration migration =
        new Migration(
            "api",
            List.of("migrate"),
            Migration.Mode.RUN,
            Environment.EMPTY,
            Duration.ofMinutes(1),
            new Migration.OnRollback.Restore("db"),
            null);
    Release release =
        new Release(
            plain.app(),
            plain.services(),
            plain.networks(),
            plain.volumes(),
            new RolloutSpec(
                List.of(migration),
                List.of(),
                List.of(),
                plain.rollout().watch(),
                null,
                new TreeMap<>()));
    RecordBuilder record = RecordBuilder.to(release.id()).began();

    assertThat(Turn.after(record.build(), release)).isEqualTo(Turn.BACK);
    assertThat(Turn.after(record.migrated(0, 0).build(), release)).isEqualTo(Turn.BACK);
    DeploymentRecord untouched = RecordBuilder.to(release.id()).migrated(0, 0).build();
    assertThat(Turn.after(untouched, release)).isEqualTo(Turn.BACK);
  }
}
