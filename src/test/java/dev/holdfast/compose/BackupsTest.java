package dev.holdfast.compose;

import static dev.holdfast.compose.Loading.loaded;
import static dev.holdfast.compose.Loading.problems;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Backup;
import dev.holdfast.model.Backup.From;
import dev.holdfast.model.Backup.Kind;
import dev.holdfast.model.Canonical;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.RolloutSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackupsTest {
  private static final String SERVICES =
      """
      services:
        db: { image: "acme/db:1", volumes: ["rows:/var/lib/rows"] }
        api:
          image: acme/api:1
          volumes: ["uploads:/in:ro", "./data:/srv/data", "rows:/rows:ro"]
      volumes: { rows: {}, uploads: {} }
      x-holdfast:
      """;

  private static String file(String holdfast) {
    return SERVICES + holdfast.stripTrailing().indent(2);
  }

  private static RolloutSpec rollout(String holdfast) {
    return loaded(file(holdfast)).rollout();
  }

  @Test
  void readsWhatACommandPrints() {
    RolloutSpec rollout =
        rollout(
            """
            backup:
              name: db
              service: db
              command: [pg_dump, app]
              verify: [pg_restore, --list]
              restore: [pg_restore, -d, app]
              timeout: 5m
            migrate: { service: api, command: [up], on-rollback: { restore: db } }
            """);
    assertThat(rollout.backups())
        .containsOnlyKeys("db")
        .containsValue(
            new Backup(
                new From.Command(
                    "db",
                    List.of("pg_dump", "app"),
                    List.of("pg_restore", "--list"),
                    List.of("pg_restore", "-d", "app")),
                Duration.ofMinutes(5)));
    assertThat(rollout.migrations().getFirst().onRollback())
        .isEqualTo(new OnRollback.Restore("db"));
  }

  @Test
  void readsVolumesAndFilesThroughAServiceThatMayWriteThere() {
    RolloutSpec rollout =
        rollout(
            """
            backup:
              - { name: rows, volume: rows, pause: true }
              - { name: files, path: data/invoices }
            """);
    assertThat(rollout.backups().get("rows").from())
        .isEqualTo(new From.Mounted(Kind.VOLUME, "rows", "db", "/var/lib/rows", true));
    assertThat(rollout.backups().get("files"))
        .isEqualTo(
            new Backup(
                new From.Mounted(Kind.FILES, "data/invoices", "api", "/srv/data/invoices", false),
                Backup.DEFAULT_TIMEOUT));
  }

  /** What runs with releases from before there were backups keeps its id. */
  @Test
  void aFileWithoutBackupsHasNoneAndKeepsItsForm() {
    assertThat(rollout("watch: 30s").backups()).isEmpty();
    assertThat(Canonical.sha256(rollout("watch: 30s")))
        .isEqualTo(Canonical.sha256(RolloutSpec.DEFAULT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ service: db, command: [x] }|backup[0].name is missing",
        "{ name: ../db, service: db, command: [x] }|must begin with a lower-case letter",
        "{ name: a.json, service: db, command: [x] }|must begin with a lower-case letter",
        "{ name: db }|needs exactly one of service, volume and path",
        "{ name: db, service: db, volume: rows }|needs exactly one of service, volume and path",
        "{ name: db, service: db }|backup[0].command is missing",
        "{ name: db, service: d, command: [x] }|names 'd', which is no service of this release",
        "{ name: db, service: db, command: [x], verify: [] }|verify is missing or empty",
        "{ name: db, service: db, command: [x], pause: true }|pause is not a known key",
        "{ name: db, service: db, command: [x], timeout: 25h }|at most 24h",
        "{ name: v, volume: rowz }|is mounted by no service",
        "{ name: v, volume: uploads }|is mounted by no service",
        "{ name: f, path: ../etc }|must be a path below the project directory",
        "{ name: f, path: /etc }|must be a path below the project directory",
        "{ name: f, path: . }|must be a path below the project directory",
        "{ name: f, path: other }|is mounted by no service",
      })
  void mistakesAreToldAtTheirPlace(String entry, String message) {
    assertThat(problems(file("backup: [" + entry + "]")))
        .singleElement()
        .asString()
        .matches("compose.yaml:8:[0-9]+: x-holdfast.backup\\[0].*")
        .contains(message);
  }

  @Test
  void namesAreGivenOnceAndWhatIsRestoredIsDeclaredAndCanBe() {
    String db = "{ name: db, service: db, command: [x] }";
    assertThat(problems(file("backup: [" + db + ", " + db + "]")))
        .singleElement()
        .asString()
        .contains("is the name of another backup too");
    String migrate = "\nmigrate: { service: api, command: [up], on-rollback: { restore: %s } }";
    assertThat(problems(file("backup: [" + db + "]" + migrate.formatted("dbb"))))
        .singleElement()
        .asString()
        .contains("must name a backup of x-holdfast.backup; did you mean 'db'?");
    assertThat(problems(file("backup: [" + db + "]" + migrate.formatted("db"))))
        .singleElement()
        .asString()
        .contains("has no `restore` command");
    assertThat(
            problems(
                file(
                    "backup: [{ name: v, volume: rows }]"
                        + migrate.formatted("v, command: [undo]"))))
        .singleElement()
        .asString()
        .contains("stands beside command");
  }
}
