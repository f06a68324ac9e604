package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The users' own stack: a Node API whose releases migrate Postgres by `npx prisma migrate deploy`.
 */
class PrismaIT {
  private static final String PASSWORD = "pg-" + App.CANARY;
  @RegisterExtension static final Server server = new Server();

  private static void build(App app, String... releases) {
    World world = World.get();
    world.image("postgres", world.registry() + "/base/postgres:15");
    for (String release : releases) {
      // One build for all tests; each app takes it from the same place.
      world.image("api", world.registry() + "/base/api:" + release, release);
    }
  }

  private static App stack(String onRollback, String... releases) {
    App app = server.app();
    build(app, releases);
    app.env += "DATABASE_PASSWORD=" + PASSWORD + "\n";
    app.compose(
        """
        x-holdfast:
          watch: 1s
          migrate: { service: api, command: [npx, prisma, migrate, deploy], timeout: 3m%s }
        volumes: { data: {} }
        """
            .formatted(onRollback.isEmpty() ? "" : ", on-rollback: " + onRollback),
        """
          db:
            image: REG/base/postgres:15
            environment: { POSTGRES_USER: app, POSTGRES_DB: app, POSTGRES_PASSWORD: "${DATABASE_PASSWORD}" }
            volumes: ["data:/var/lib/postgresql/data"]
            stop_grace_period: 20s
          api:
            image: REG/base/api
            environment: { DATABASE_URL: "postgresql://app:${DATABASE_PASSWORD}@db:5432/app" }
            depends_on: { db: { condition: service_healthy } }
            stop_grace_period: 3s
            x-holdfast:
              probe: { http: { port: 3001, path: /api/health }, interval: 500ms, timeout: 3s, retries: 3, start-period: 8s }
        """
            .replace("REG", World.get().registry()));
    app.versions("1", Map.of("api", "1"));
    app.repo.push("1");
    server.add(app);
    server.until(Duration.ofMinutes(2), "release 1", () -> server.look(app), PrismaIT::isFirstLive);
    return app;
  }

  private static boolean isFirstLive(JsonNode view) {
    return view.path("phase").asText().equals("Synced")
        && view.path("version").asText().equals("1");
  }

  private static String sql(App app, String query) {
    return server
        .docker()
        .run("exec", app.container("db"), "psql", "-U", "app", "-tAc", query, "app");
  }

  private static List<String> applied(App app) {
    return sql(
            app,
            "SELECT migration_name || CASE WHEN finished_at IS NULL THEN ' unfinished' ELSE '' END"
                + " FROM _prisma_migrations ORDER BY started_at")
        .lines()
        .toList();
  }

  @Test
  void aReleaseMigratesTheDatabaseAndF82_aFailedMigrationShowsItsReasonAndTheOldServes() {
    App app = stack("", "1", "2", "4");
    assertThat(applied(app)).containsExactly("20240101000000_init");
    String db = server.box(app, "db").id();
    app.release("2", "api=2");
    server.awaitLive(app, "2");
    assertThat(applied(app)).hasSize(2);
    Box api = server.box(app, "api");
    app.release("4", "api=4");
    JsonNode first = server.awaitOutcome(app, "4", "failed");
    assertThat(first.path("failure").path("step").asText()).isEqualTo("migrate");
    assertThat(first.path("failure").toString()).contains("P3018", "20240301000000_broken");
    assertThat(applied(app)).contains("20240301000000_broken unfinished");
    server.cli().run("retry", app.name).orFail();
    JsonNode second =
        server
            .until(
                Server.SOON,
                "the retry",
                () -> server.ofVersion(app, "4"),
                f -> f.size() == 2 && f.getFirst().path("status").asText().equals("failed"))
            .getFirst();
    assertThat(second.path("failure").toString()).contains("P3009", "20240301000000_broken");
    assertThat(server.awaitPhase(app, "Degraded").path("reason").asText()).contains("P3009");
    String id = second.path("deployment_id").asText();
    assertThat(server.cli().run("logs", id).text()).contains("P3009");
    assertThat(server.box(app, "api"))
        .extracting(Box::id, Box::startedAt)
        .containsExactly(api.id(), api.startedAt());
    assertThat(server.box(app, "db").id()).isEqualTo(db);
  }

  @Test
  @Staged(
      part = Part.MIGRATIONS,
      fault = "the agent dies in a migration",
      then = "it runs on in its own container, is found and waited for, and not run twice")
  void F82_aMigrationOutlivesTheAgentAndIsNotRunTwice() {
    App app = stack("", "1", "7");
    app.release("7", "api=7");
    server.until(
        Server.SOON,
        "the slow migration",
        () -> applied(app),
        names -> names.contains("20240303000000_slow unfinished"));
    server.agent().kill9();
    Box migration = oneOff(app);
    assertThat(migration.runs()).isTrue();
    server.agent().start();
    server.awaitLive(app, "7");
    assertThat(applied(app))
        .containsExactly("20240101000000_init", "20240201000000_add_email", "20240303000000_slow");
    assertThat(
            sql(app, "SELECT count(*) FROM information_schema.columns WHERE column_name = 'phone'"))
        .isEqualTo("1");
    assertThat(server.ofVersion(app, "7")).hasSize(1);
  }

  private static Box oneOff(App app) {
    return server.boxes(app).stream().filter(Box::oneOff).findFirst().orElseThrow();
  }

  @Test
  @Staged(
      part = Part.MIGRATIONS,
      fault = "SIGTERM in a migration",
      then = "it is left alone; the next start waits for it")
  void F82_aPoliteStopOfTheAgentLeavesTheMigrationAlone() {
    App app = stack("", "1", "7");
    app.release("7", "api=7");
    server.until(
        Server.SOON,
        "the slow migration",
        () -> applied(app),
        names -> names.contains("20240303000000_slow unfinished"));
    server.agent().stop();
    server.agent().start();
    server.awaitLive(app, "7");
    assertThat(applied(app))
        .containsExactly("20240101000000_init", "20240201000000_add_email", "20240303000000_slow");
  }

  @Test
  @Staged(
      part = Part.MIGRATIONS,
      fault = "the release fails after a migration with `on-rollback: hold`",
      then = "left as it is, held, and a person called")
  void F80_holdLeavesThingsAndCallsAPersonWhereTheOldCannotRunOnTheNewSchema() {
    App app = stack("hold", "1", "6");
    app.release("6", "api=6");
    JsonNode view = server.awaitPhase(app, "Held");
    assertThat(view.path("hold").path("reason").asText()).contains("migration");
    JsonNode record = server.ofVersion(app, "6").getFirst();
    assertThat(record.path("status").asText()).isNotIn("succeeded", "rolled-back");
    assertThat(applied(app)).contains("20240302000000_rename_name");
    assertThat(server.box(app, "api").version()).isEqualTo("6");
    app.stoppedAllowed = 1;
  }

  @Test
  @Staged(
      part = Part.MIGRATIONS,
      fault = "the release fails after a migration with an undo command",
      then = "the command runs first, then the old one serves")
  void F80_aCommandTakesTheMigrationBackBeforeTheOldOneServesAgain() {
    App app = stack("{ command: [node, undo-rename.mjs] }", "1", "6");
    String before = server.box(app, "api").id();
    app.release("6", "api=6");
    server.awaitOutcome(app, "6", "rolled-back");
    assertThat(server.box(app, "api").id()).isEqualTo(before);
    assertThat(applied(app)).doesNotContain("20240302000000_rename_name");
    assertThat(
            sql(
                app,
                "SELECT count(*) FROM information_schema.columns WHERE column_name = 'name' AND"
                    + " table_name = 'User'"))
        .isEqualTo("1");
  }

  @Test
  @Staged(
      part = Part.MIGRATIONS,
      fault = "the old release cannot read the new schema, though `keep` was said",
      then = "not called rolled back: `rollback-failed`")
  void F80_keepWithASchemaThatTheOldOneCannotReadIsNotCalledRolledBack() {
    App app = stack("keep", "1", "6");
    app.release("6", "api=6");
    JsonNode record = server.awaitOutcome(app, "6", "rollback-failed");
    assertThat(record.path("failure").path("reason").asText()).isNotEmpty();
    JsonNode view = server.awaitPhase(app, "Degraded");
    assertThat(view.path("reason").asText()).isNotEmpty();
    assertThat(server.boxes(app)).filteredOn(Box::runs).extracting(Box::service).contains("db");
    app.stoppedAllowed = 1;
  }
}
