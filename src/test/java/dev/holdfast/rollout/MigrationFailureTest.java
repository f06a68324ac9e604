package dev.holdfast.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MigrationFailureTest {
  @Test
  void prismasCodeIsNamedWithItsMigrationAndWhatToDo() {
    List<String> blocked =
        List.of(
            "3 migrations found in prisma/migrations",
            "",
            "Error: P3009",
            "",
            "migrate found failed migrations in the target database, new migrations will not be"
                + " applied.",
            "The `20240301000000_broken` migration started at 2026-11-21 06:00:00 UTC failed");
    assertThat(MigrationFailure.of(blocked))
        .startsWith("Prisma P3009 (20240301000000_broken): an earlier migration failed")
        .contains("prisma migrate resolve --rolled-back NAME");
    List<String> failed = List.of("Error: P3018", "", "Migration name: 20240301000000_broken");
    assertThat(MigrationFailure.of(failed)).startsWith("Prisma P3018 (20240301000000_broken): ");
    List<String> away = List.of("Error: P1001: Can't reach database server at `db:5432`", "", "");
    assertThat(MigrationFailure.of(away))
        .startsWith("Prisma P1001: the database cannot be reached");
  }

  @Test
  void F83_aPoolersFailureIsNamedWithTheWayRoundIt() {
    assertThat(
            MigrationFailure.of(
                List.of("Error: ERROR: prepared statement \"s0\" already exists", "   0: sql")))
        .contains("goes through a pooler")
        .contains("DATABASE_URL: \"${DIRECT_URL}\"");
    assertThat(MigrationFailure.of(List.of("Error: P1002", "Timed out trying to acquire a lock")))
        .contains("pooler")
        .contains("${DIRECT_URL}");
    assertThat(MigrationFailure.of(List.of("the prepared statement was not read")))
        .isEqualTo("the prepared statement was not read");
  }

  @Test
  void otherToolsSpeakWithTheirLastLine() {
    assertThat(
            MigrationFailure.of(
                List.of("Running migrations:", "django.db.utils.OperationalError: no table", " ")))
        .isEqualTo("django.db.utils.OperationalError: no table");
    assertThat(MigrationFailure.of(List.of("order P9999 shipped")))
        .isEqualTo("order P9999 shipped");
    assertThat(MigrationFailure.of(List.of("x".repeat(5000)))).hasSize(201);
    assertThat(MigrationFailure.of(List.of("x".repeat(200)))).hasSize(200);
  }

  @Test
  void silenceSaysNothing() {
    assertThat(MigrationFailure.of(List.of())).isEmpty();
    assertThat(MigrationFailure.of(List.of("", "  "))).isEmpty();
  }
}
