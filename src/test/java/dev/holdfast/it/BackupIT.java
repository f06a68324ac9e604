package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows of a Postgres and files of a volume, destroyed by a migration or a person, and back. */
class BackupIT {
  private static final String PASSWORD = "pg-" + App.CANARY;
  private static final String ROWS = "ann\nbob\ncid";
  private static final String DUMP = "[pg_dump, -Fc, -U, app, app]";
  private static final String RESTORE =
      "[pg_restore, --clean, --if-exists, --single-transaction, -U, app, -d, app]";

  @RegisterExtension final Server server = new Server();

  /** Release 1 runs, with three rows and one file. */
  private App live() {
    App app = server.app();
    World world = World.get();
    world.image("postgres", world.registry() + "/base/postgres:15");
    app.web("1").web("2", "HEALTH=fail").web("3");
    app.env += "DATABASE_PASSWORD=" + PASSWORD + "\n";
    write(app, "SELECT 1", "keep", DUMP, "[pg_restore, --list]", "");
    app.versions("1", Map.of("web", "1"));
    app.repo.push("1");
    server.add(app);
    server.awaitLive(app, "1");
    sql(
        app,
        "CREATE TABLE people (name text); INSERT INTO people VALUES ('ann'), ('bob'), ('cid')");
    inWeb(app, "echo picture >/data/a.jpg; mkdir -p /data/deep; echo x >/data/deep/b.jpg");
    return app;
  }

  private static void write(
      App app, String migration, String onRollback, String dump, String verify, String more) {
    app.compose(
        """
        x-holdfast:
          watch: 1s
          migrate:
            service: tool
            command: [psql, -q, -v, ON_ERROR_STOP=1, -h, db, -U, app, -d, app, -c, "MIGRATION"]
            environment: { PGPASSWORD: "${DATABASE_PASSWORD}" }
            on-rollback: ON_ROLLBACK
          backup:
            - { name: db, service: db, command: DUMP, verify: VERIFY, restore: RESTORE, timeout: 2m }
            - { name: uploads, volume: uploads, pause: true }
        MORE
        volumes: { rows: {}, uploads: {} }
        """
            .replace("MIGRATION", migration)
            .replace("ON_ROLLBACK", onRollback)
            .replace("DUMP", dump)
            .replace("VERIFY", verify)
            .replace("RESTORE", RESTORE)
            .replace("MORE\n", more),
        """
          db:
            image: REG/base/postgres:15
            environment: { POSTGRES_USER: app, POSTGRES_DB: app, POSTGRES_PASSWORD: "${DATABASE_PASSWORD}" }
            volumes: ["rows:/var/lib/postgresql/data"]
            stop_grace_period: 20s
          tool:
            image: REG/base/postgres:15
            entrypoint: [/usr/bin/env]
            command: [sleep, "1000000"]
            healthcheck: { disable: true }
            stop_grace_period: 1s
            depends_on: { db: { condition: service_healthy } }
        """
                .replace("REG", World.get().registry())
            + app.webService(
                "web",
                "depends_on: { db: { condition: service_healthy } }",
                "volumes: [\"uploads:/data\"]"));
  }

  private void sql(App app, String statement) {
    server
        .docker()
        .run("exec", app.container("db"), "psql", "-q", "-U", "app", "-d", "app", "-c", statement);
  }

  private String rows(App app) {
    return server
        .docker()
        .run(
            "exec",
            app.container("db"),
            "psql",
            "-U",
            "app",
            "-tAc",
            "SELECT name FROM people ORDER BY name",
            "app");
  }

  private String inWeb(App app, String script) {
    return server.docker().run("exec", app.container("web"), "sh", "-c", script);
  }

  private JsonNode backups(App app) {
    return json(server.cli().run("backups", app.name, "-o", "json").text());
  }

  private static JsonNode json(String text) {
    try {
      return new com.fasterxml.jackson.databind.ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  private Path folder(App app) {
    return server.state().resolve("apps/" + app.name + "/backups");
  }

  /** What lies below the backups' folder, and is no note of a request. */
  private List<String> files(App app) throws IOException {
    try (Stream<Path> all = Files.walk(folder(app))) {
      return all.filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("operation.json"))
          .sorted()
          .toList();
    }
  }

  @Test
  @Staged(
      part = Part.MIGRATIONS,
      fault = "a migration destroys rows, and its release fails with `on-rollback: {restore: db}`",
      then = "the very rows are restored from the verified backup, then the old release serves")
  void F80_theVeryRowsThatABadMigrationDestroyedAreBack() throws IOException {
    App app = live();
    String old = server.box(app, "web").id();
    write(app, "DELETE FROM people", "{ restore: db }", DUMP, "[pg_restore, --list]", "");
    app.release("2", "web=2");
    JsonNode record = server.awaitOutcome(app, "2", "rolled-back");
    assertThat(rows(app)).isEqualTo(ROWS);
    assertThat(server.box(app, "web").id()).isEqualTo(old);
    assertThat(record.path("steps").findValuesAsText("step"))
        .containsSubsequence("pull", "backup", "backup", "migrate", "update", "rollback");
    assertThat(record.path("undone").toString()).isEqualTo("{\"0\":0}");

    JsonNode all = backups(app).path("backups");
    assertThat(all.findValuesAsText("name")).containsExactlyInAnyOrder("db", "uploads");
    assertThat(all.findValuesAsText("id")).containsOnly(record.path("deployment_id").asText());
    for (JsonNode taken : all) {
      assertThat(taken.path("verified").asBoolean()).isTrue();
      Path file =
          folder(app).resolve(taken.path("id").asText()).resolve(taken.path("name").asText());
      assertThat(Shell.run(List.of("sha256sum", file.toString())).text())
          .startsWith(taken.path("sha256").asText());
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder(app))))
        .isEqualTo("rwx------");
    assertThat(server.cli().run("backups", app.name).text()).contains("BACKUP", "db", "yes");
  }

  @Test
  @Staged(
      part = Part.MIGRATIONS,
      fault = "a backup cannot be taken, is empty, or its verify command refuses it",
      then = "the release stops at `backup`; nothing was touched, and nothing of it is left")
  void aBackupThatIsNotGoodStopsTheRelease() throws IOException {
    App app = live();
    Box web = server.box(app, "web");
    String[][] bad = {
      {"[pg_dump, -U, nobody, app]", "[pg_restore, --list]", "nobody"},
      {"[\"true\"]", "[pg_restore, --list]", "it is empty"},
      {"[echo, hello]", "[pg_restore, --list]", "verify command pg_restore"},
      {DUMP, "[sh, -c, \"echo $$POSTGRES_PASSWORD >&2; exit 3\"]", "exit status 3"},
      {"[no-such-program]", "[pg_restore, --list]", "no-such-program"},
    };
    for (int i = 0; i < bad.length; i++) {
      write(app, "DELETE FROM people", "keep", bad[i][0], bad[i][1], "");
      app.release("bad" + i, "web=3");
      JsonNode record = server.awaitOutcome(app, "bad" + i, "failed");
      assertThat(record.path("failure").path("step").asText()).isEqualTo("backup");
      assertThat(record.path("failure").toString()).contains(bad[i][2]).doesNotContain(PASSWORD);
      assertThat(rows(app)).isEqualTo(ROWS);
    }
    assertThat(server.box(app, "web"))
        .extracting(Box::id, Box::startedAt)
        .containsExactly(web.id(), web.startedAt());
    assertThat(files(app)).isEmpty();
  }

  @Test
  void aPersonTakesAndRestoresWhatAPersonDestroyed() throws IOException {
    App app = live();
    server.cli().run("backup", app.name, "--wait").orFail();
    String id = backups(app).path("backups").get(0).path("id").asText();
    sql(app, "DROP TABLE people");
    inWeb(app, "rm -r /data/deep /data/a.jpg; echo new >/data/new.jpg");
    Shell.Ended refused = server.cli().run("restore", app.name, id);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("--yes");
    // What was dropped cannot be dumped any more, and is still saved: a dump of an empty database.
    Shell.Ended restored = server.cli().run("restore", app.name, id, "--yes").orFail();
    assertThat(restored.text()).contains("restored db, uploads");
    assertThat(rows(app)).isEqualTo(ROWS);
    assertThat(inWeb(app, "cat /data/a.jpg; ls /data")).isEqualTo("picture\na.jpg\ndeep");
    server.awaitLive(app, "1");
    String safety = backups(app).path("operation").path("id").asText();
    assertThat(backups(app).path("backups").findValuesAsText("id")).contains(safety);
    assertThat(server.api().get("/q/metrics"))
        .contains("holdfast_backup_last_success_timestamp_seconds{app=\"" + app.name + "\"");
  }

  @Test
  @Staged(
      part = Part.AGENT,
      fault = "the agent dies in the middle of a backup",
      then = "what was half taken is no backup; it is taken anew before the migration runs")
  void aBackupThatADeathCutOffIsTakenAnew() throws IOException {
    App app = live();
    String slow = "[sh, -c, \"pg_dump -Fc -U app app; sleep 4\"]";
    write(app, "DELETE FROM people WHERE name = 'cid'", "keep", slow, "[pg_restore, --list]", "");
    app.release("3", "web=3");
    server.until(
        Server.SOON,
        "the backup",
        () -> Shell.run(List.of("ls", "-RA", folder(app).toString())).out(),
        listing -> listing.contains(".db.tmp"));
    server.agent().kill9();
    assertThat(rows(app)).isEqualTo(ROWS);
    server.agent().start();
    server.awaitLive(app, "3");
    assertThat(rows(app)).isEqualTo("ann\nbob");
    assertThat(server.ofVersion(app, "3")).hasSize(1);
    assertThat(files(app)).containsExactly("db", "db.json", "uploads", "uploads.json");
  }

  @Test
  @Staged(
      part = Part.AGENT,
      fault = "the agent dies in the middle of a restore",
      then = "the next start restores from the beginning, and the services are back")
  void aRestoreThatADeathCutOffIsCarriedOn() {
    App app = live();
    server.cli().run("backup", app.name, "--wait").orFail();
    sql(app, "DELETE FROM people");
    // Holds a lock on the table: the restore waits for it.
    Thread lock =
        Thread.ofVirtual()
            .start(
                () ->
                    server
                        .docker()
                        .tried(
                            "exec",
                            app.container("db"),
                            "psql",
                            "-U",
                            "app",
                            "-d",
                            "app",
                            "-c",
                            "BEGIN; LOCK TABLE people; SELECT pg_sleep(12); COMMIT"));
    server
        .cli()
        .run("restore", app.name, "latest", "db", "--yes", "--no-wait", "--no-safety-backup")
        .orFail();
    server.until(
        Server.SOON,
        "the restore",
        () -> backups(app).path("operation").path("phase").asText(),
        "begun"::equals);
    server.until(
        Server.SOON,
        "the services to stop",
        () -> server.boxes(app),
        boxes -> boxes.stream().noneMatch(b -> b.service().equals("web") && b.runs()));
    server.agent().kill9();
    server.agent().start();
    server.awaitLive(app, "1");
    assertThat(rows(app)).isEqualTo(ROWS);
    assertThat(backups(app).path("operation").path("phase").asText()).isEqualTo("succeeded");
    assertThat(lock.isAlive()).isFalse();
  }

  @Test
  @Staged(
      part = Part.DISK,
      fault = "the state's disk fills while a backup is taken",
      then = "the release stops at `backup` with the disk named; nothing was touched")
  void F107_aBackupThatFillsTheDiskStopsTheReleaseAndLeavesRoom() throws IOException {
    try (Disk disk = Disk.at(server.state(), 120)) {
      App app = live();
      String large = "[sh, -c, \"head -c 200000000 /dev/urandom\"]";
      write(app, "DELETE FROM people", "keep", large, "[cat]", "");
      app.release("3", "web=3");
      JsonNode record = server.awaitOutcome(app, "3", "failed");
      assertThat(record.path("failure").path("reason").asText()).contains("disk is nearly full");
      assertThat(rows(app)).isEqualTo(ROWS);
      assertThat(files(app)).isEmpty();
      assertThat(server.state().toFile().getUsableSpace()).isGreaterThan(60L << 20);
      server.agent().close();
      assertThat(disk.folder()).isNotEmpty();
    }
  }
}
