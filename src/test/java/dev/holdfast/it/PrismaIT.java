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
  @Staged(
      part = Part.MIGRATIONS,
      fault = "a migration fails in its second statement, and is tried again",
      then =
          "its name and Prisma's reason are told, then that it blocks (P3009); the old one serves")
  void F82_aFailedMigrationShowsItsReasonAndWhatItBlocksAndTheOldServes() {
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
  void whatWouldBeAppliedIsAskedOfPrismaAndNothingIsChanged() {
    // A release that no other test has its engine pull.
    App app = stack("keep, status: [npx, prisma, migrate, status]", "1", "8");
    Shell.Ended asked = server.cli().run("status", "--migrations", app.name);
    assertThat(asked.orFail().out())
        .contains("which runs", "npx prisma migrate status: exit status 0", "up to date");
    server.cli().run("hold", app.name).orFail();
    app.release("8", "api=8");
    server.await(app, "8 desired", view -> view.at("/desired/version").asText().equals("8"));
    int deployments = server.deployments(app).size();
    Shell.Ended notHere = server.cli().run("status", "--migrations", app.name);
    assertThat(notHere.code()).isEqualTo(1);
    assertThat(notHere.out()).contains("is not on this server yet; --pull");
    Shell.Ended pending = server.cli().run("status", "--migrations", "--pull", app.name);
    assertThat(pending.orFail().out())
        .contains("exit status 1", "    | 20240201000000_add_email")
        .doesNotContain(PASSWORD);
    assertThat(server.cli().json("status", "--migrations", app.name).at("/migrations/0/exitStatus"))
        .hasToString("1");
    assertThat(applied(app)).containsExactly("20240101000000_init");
    assertThat(server.boxes(app)).noneMatch(Box::oneOff);
    assertThat(server.deployments(app)).hasSize(deployments);
    server.cli().run("resume", app.name).orFail();
    server.awaitLive(app, "8");
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

  /** The app talks to its database through a pooler in transaction mode. */
  private static App pooled(String environment) {
    World world = World.get();
    App app = server.app();
    build(app, "1", "2");
    world.image("pgbouncer", world.registry() + "/base/pgbouncer:1");
    app.env +=
        "DATABASE_PASSWORD=%s\nDATABASE_URL=postgresql://app:%s@pooler:6432/app\nDIRECT_URL=postgresql://app:%s@db:5432/app\n"
            .formatted(PASSWORD, PASSWORD, PASSWORD);
    pooled(app, environment);
    app.versions("1", Map.of("api", "1"));
    app.repo.push("1");
    server.add(app);
    server.until(Duration.ofMinutes(2), "release 1", () -> server.look(app), PrismaIT::isFirstLive);
    return app;
  }

  private static void pooled(App app, String environment) {
    app.compose(
        """
        x-holdfast:
          watch: 1s
          migrate: { service: api, command: [npx, prisma, migrate, deploy], timeout: 3m%s }
        volumes: { data: {} }
        """
            .formatted(environment),
        """
          db:
            image: REG/base/postgres:15
            environment: { POSTGRES_USER: app, POSTGRES_DB: app, POSTGRES_PASSWORD: "${DATABASE_PASSWORD}" }
            volumes: ["data:/var/lib/postgresql/data"]
            stop_grace_period: 20s
          pooler:
            image: REG/base/pgbouncer:1
            environment: { DB_HOST: db, DB_USER: app, DB_PASSWORD: "${DATABASE_PASSWORD}" }
            depends_on: { db: { condition: service_healthy } }
            stop_grace_period: 1s
          api:
            image: REG/base/api
            environment: { DATABASE_URL: "${DATABASE_URL}" }
            depends_on: { pooler: { condition: service_healthy } }
            stop_grace_period: 3s
            x-holdfast:
              probe: { http: { port: 3001, path: /api/health }, interval: 500ms, timeout: 3s, retries: 3, start-period: 8s }
        """
            .replace("REG", World.get().registry()));
  }

  /** What Prisma migrates under; of a client that is gone, only a pooler keeps it. */
  private static final String LOCK =
      "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 72707369";

  private static final String ASLEEP =
      "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(600)%'"
          + " AND pid <> pg_backend_pid()";

  /** Somebody's long transaction gets the connection that the lock was left on. */
  private static void aLongTransactionOnTheConnectionThatWasMigratedOn(App app) {
    String url = "postgresql://app:" + PASSWORD + "@pooler:6432/app";
    server.until(
        Server.SOON,
        "the connection",
        () -> {
          server
              .docker()
              .run("exec", "-d", app.container("db"), "psql", url, "-c", "SELECT pg_sleep(600)");
          return server.until(
              Server.SOON, "the sleep", () -> sql(app, ASLEEP), pids -> !pids.isBlank());
        },
        pids -> pids.lines().toList().contains(sql(app, LOCK)));
  }

  @Test
  @Staged(
      part = Part.MIGRATIONS,
      fault = "a migration goes through a pooler, which keeps Prisma's lock for whom it likes",
      then =
          "nothing is touched; the reason names the pooler and the way past it; with that release's"
              + " mended definition it goes on")
  void F83_aMigrationThroughAPoolerFailsBeforeAnythingIsTouchedAndTheReasonNamesTheWayPastIt() {
    App app = pooled("");
    assertThat(sql(app, LOCK)).as("the pooler keeps the session of whom it served").isNotEmpty();
    aLongTransactionOnTheConnectionThatWasMigratedOn(app);
    Box api = server.box(app, "api");
    Box pooler = server.box(app, "pooler");
    app.release("2", "api=2");
    JsonNode record = server.awaitOutcome(app, "2", "failed");
    assertThat(record.path("failure").path("step").asText()).isEqualTo("migrate");
    assertThat(record.path("failure").path("reason").asText())
        .contains("Prisma P1002", "connection pooler", "DATABASE_URL: \"${DIRECT_URL}\"");
    assertThat(server.cli().run("logs", record.path("deployment_id").asText()).text())
        .contains("advisory lock")
        .doesNotContain(PASSWORD);
    assertThat(server.awaitPhase(app, "Degraded").path("reason").asText()).contains("pooler");
    assertThat(server.cli().run("why", app.name).text()).contains("${DIRECT_URL}");
    assertThat(applied(app)).containsExactly("20240101000000_init");
    assertThat(List.of(server.box(app, "api"), server.box(app, "pooler")))
        .extracting(Box::id, Box::startedAt)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(api.id(), api.startedAt()),
            org.assertj.core.groups.Tuple.tuple(pooler.id(), pooler.startedAt()));

    // What the reason says; and the lock that nobody holds goes with its connection.
    sql(app, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE objid = 72707369");
    pooled(app, ", environment: { DATABASE_URL: \"${DIRECT_URL}\" }");
    app.repo.push("past the pooler");
    server.awaitLive(app, "2");
    assertThat(applied(app)).containsExactly("20240101000000_init", "20240201000000_add_email");
  }

  @Test
  @Staged(
      part = Part.MIGRATIONS,
      fault = "the app's database is behind a pooler; migrations have an address of their own",
      then = "they go past the pooler and leave nothing in it; the app goes on through it")
  void F83_aMigrationWithItsOwnAddressGoesPastThePooler() {
    App app = pooled(", environment: { DATABASE_URL: \"${DIRECT_URL}\" }");
    assertThat(sql(app, LOCK)).isEmpty();
    app.release("2", "api=2");
    server.awaitLive(app, "2");
    assertThat(applied(app)).containsExactly("20240101000000_init", "20240201000000_add_email");
    assertThat(sql(app, LOCK)).isEmpty();
    assertThat(server.box(app, "api").environment("DATABASE_URL")).contains("@pooler:6432/");
    assertThat(sql(app, "SELECT DISTINCT client_addr FROM pg_stat_activity WHERE usename = 'app'"))
        .contains(server.box(app, "pooler").address())
        .doesNotContain(server.box(app, "api").address());
  }
}
