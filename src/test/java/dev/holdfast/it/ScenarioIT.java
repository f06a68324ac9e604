package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The whole of docs/from-github-actions.md by its own files (deploy/example): two servers, staging
 * and production, the job that CI runs, and the two nights on which a migration destroyed what
 * staging did not have.
 */
@ExtendWith(World.Started.class)
class ScenarioIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final ExampleWorld world = new ExampleWorld();
  private final ExampleServer staging = world.staging;
  private final ExampleServer production = world.production;

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  @Staged(
      part = Part.MIGRATIONS,
      fault =
          "a migration that passed staging destroys rows of production's Postgres and MariaDB; once"
              + " a smoke test notices, once only people do",
      then =
          "the very rows of both are back from the verified backups, and the old release serves"
              + " again")
  void F80_F103_fromTheFirstInstallToTheVeryRowsThatWereDestroyed() throws Exception {
    try {
      story();
    } catch (AssertionError e) {
      System.out.println(world.explanation());
      throw e;
    }
  }

  private void story() throws Exception {
    nothingRunsBeforeCiSaysSo();
    theFirstReleaseGoesOverStagingToWhoApprovesIt();
    peopleUseIt();
    aReleaseWithMigrations();
    aSmokeTestFindsOut();
    peopleFindOut();
    figuresTellOfIt();
    whoeverWasToHearHeard();
    recordsAreWhole(staging, 5);
    recordsAreWhole(production, 5);
    world.assertNoSecretAnywhere();
    World.get().foreign().assertUntouched();
  }

  private void nothingRunsBeforeCiSaysSo() {
    staging.await("a reason", view -> view.path("phase").asText().equals("Degraded"));
    production.await("a reason", view -> view.path("reason").asText().contains("production"));
    assertThat(staging.docker.boxes("shop")).isEmpty();
    assertThat(production.docker.boxes("shop")).isEmpty();
  }

  private void theFirstReleaseGoesOverStagingToWhoApprovesIt() throws Exception {
    CompletableFuture<CiJob.Ended> job = start("1", "1", "1");
    awaitsApproval(job);
    assertThat(job).as("it waits for production").isNotDone();
    assertThat(staging.look().path("phase").asText()).isEqualTo("Synced");
    assertThat(production.docker.boxes("shop")).as("nobody has approved").isEmpty();
    CiJob.Ended ended = approved(job);
    assertThat(ended.orFail().summary())
        .contains(": succeeded")
        .contains("staging (staging)")
        .contains("production (production)");
    assertThat(record("1", production).at("/approval/state").asText()).isEqualTo("approved");
  }

  /** What staging's data has, and what only production's has. */
  private void peopleUseIt() {
    staging.maria("INSERT INTO items (name, amount) VALUES ('bolt', 3)");
    staging.postgres("INSERT INTO \"User\" (name) VALUES ('tester')");
    production.maria(
        "INSERT INTO items (name, amount) SELECT CONCAT('part ', seq), seq FROM seq_1_to_500");
    production.postgres(
        "INSERT INTO \"User\" (name) VALUES ('ann'); INSERT INTO \"User\" (name)"
            + " SELECT 'user ' || n FROM generate_series(1, 300) n");
    world.environment(production, "KNOWN_USER=ann");
  }

  private void aReleaseWithMigrations() throws Exception {
    String before = production.in("api", "hostname");
    CiJob.Ended ended = approved(start("2", "2", "2"));
    ended.orFail();
    assertThat(production.in("api", "hostname")).isNotEqualTo(before);
    staging.postgres("UPDATE \"User\" SET email = 'tester@example.com'");
    staging.maria("UPDATE items SET counted = '2026-11-01'");
    backupsOf(record("2", production));
    assertThat(names(record("2", production)))
        .containsSubsequence("approve", "pull", "backup", "backup", "migrate", "migrate", "update");
  }

  private void aSmokeTestFindsOut() throws Exception {
    String rows = production.rows();
    String api = production.in("api", "hostname");
    CiJob.Ended ended = approved(start("3", "8", "3"));
    assertThat(ended.good()).as(ended.output()).isFalse();
    assertThat(ended.output()).contains("rolled-back at smoke");
    assertThat(record("3", staging).path("status").asText()).isEqualTo("succeeded");
    assertThat(ended.summary()).contains(": succeeded").contains(": rolled back").contains("smoke");
    assertThat(production.rows()).isEqualTo(rows);
    assertThat(production.in("api", "hostname")).as("the very container").isEqualTo(api);
    JsonNode record = record("3", production);
    assertThat(record.path("undone").toString()).isEqualTo("{\"0\":0,\"1\":0}");
    backupsOf(record);
  }

  /** Ann has an address by now, so that the smoke test sees her; nobody asked for the others. */
  private void peopleFindOut() throws Exception {
    production.postgres("UPDATE \"User\" SET email = 'ann@example.com' WHERE name = 'ann'");
    production.maria("UPDATE items SET counted = '2026-11-02' WHERE id = 1");
    String rows = production.rows();
    approved(start("4", "8", "3")).orFail();
    assertThat(production.postgres("SELECT count(*) FROM \"User\"")).isEqualTo("1");
    assertThat(production.maria("SELECT count(*) FROM items")).isEqualTo("1");
    JsonNode bad = record("4", production);
    String id = bad.path("deployment_id").asText();
    backupsOf(bad);

    Shell.Ended refused = production.cli.run("rollback", "shop");
    assertThat(refused.code()).as("its migrations leave no schema for the one before").isEqualTo(1);
    assertThat(refused.err()).contains("on-rollback is not keep");
    production.cli.run("restore", "shop", id, "--older-schema", "--yes").orFail();
    assertThat(production.rows()).isEqualTo(rows);
    assertThat(production.look().path("services"))
        .allSatisfy(
            service -> {
              assertThat(service.path("inSync").asBoolean()).as("%s", service).isTrue();
              assertThat(service.at("/containers/0/state").asText()).isEqualTo("running");
              assertThat(service.at("/containers/0/health").asText()).isIn("healthy", "null");
            });
    assertThat(production.in("api", "wget", "-q", "-O", "-", "http://127.0.0.1:3001/api/users"))
        .contains("user 300");
    approved(start("5", "2", "2")).orFail();
    assertThat(production.rows()).as("the commit was reverted").isEqualTo(rows);
    assertThat(production.in("api", "sh", "-c", "echo $VERSION")).isEqualTo("2");
  }

  private void figuresTellOfIt() throws IOException {
    JsonNode month = JSON.readTree(production.api.get("/api/v1/dora")).get(1);
    assertThat(month.path("app").asText()).isEqualTo("shop");
    assertThat(month.path("deployments").asInt()).isEqualTo(4);
    assertThat(month.path("failures").asInt()).isEqualTo(1);
    assertThat(month.path("changeFailureRate").asDouble()).isEqualTo(0.2);
    assertThat(month.path("restoreSeconds").asLong()).isBetween(1L, 120L);
    assertThat(month.path("leadTimeSeconds").asLong()).isBetween(1L, 120L);
    String shown = production.cli.run("show", id("3", production), "-o", "markdown").orFail().out();
    assertThat(shown).contains("rolled back").contains("production (production)");
  }

  private static final Set<String> TOLD = Set.of("approval-waiting", "succeeded", "rolled-back");

  private void whoeverWasToHearHeard() throws Exception {
    List<Receivers.Message> hook = world.receivers.at("/hook");
    for (Receivers.Message message : hook) {
      assertThat(message.signature()).isEqualTo("sha256=" + hmac(message.body()));
    }
    assertThat(hook.stream().map(message -> tree(message.body()).path("event").asText()).distinct())
        .containsAll(TOLD);
    assertThat(world.receivers.at("/slack-production"))
        .extracting(Receivers.Message::body)
        .anyMatch(text -> text.contains("holdfast approve"))
        .anyMatch(text -> text.contains("rolled back"));
    assertThat(world.receivers.at("/slack-staging")).hasSizeGreaterThanOrEqualTo(4);
  }

  private static String hmac(String body) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    byte[] key = ExampleWorld.HOOK_SECRET.getBytes(StandardCharsets.UTF_8);
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }

  /** Contract §8: each with all of its fields, closed, and the same as in the API. */
  private static void recordsAreWhole(ExampleServer server, int atLeast) throws IOException {
    List<JsonNode> shown = server.deployments();
    assertThat(shown).hasSizeGreaterThanOrEqualTo(atLeast);
    for (JsonNode record : shown) {
      assertThat(record.path("status").asText()).isNotEqualTo("in-progress");
      assertThat(record.path("ended_at").asText()).isNotEmpty();
      assertThat(record.path("server").asText()).isEqualTo(server.name);
      assertThat(record.path("git_sha").asText()).matches("[0-9a-f]{40}");
      assertThat(record.path("steps"))
          .allSatisfy(step -> assertThat(step.path("ended_at").asText()).isNotEmpty());
      Path folder = server.state().resolve("apps/shop/deployments").resolve(id(record));
      JsonNode file = JSON.readTree(folder.resolve("record.json").toFile());
      assertThat(file.path("steps")).isEqualTo(record.path("steps"));
      assertThat(file.path("status")).isEqualTo(record.path("status"));
      if (names(record).contains("migrate")) {
        try (Stream<Path> files = Files.list(folder)) {
          assertThat(files.map(path -> path.getFileName().toString()))
              .contains("log.ndjson", "migrate-api.log", "migrate-stock.log");
        }
      }
    }
    assertThat(server.cli.run("history", "shop").text()).contains("succeeded");
  }

  /** Both databases, verified, before the first migration began. */
  private void backupsOf(JsonNode record) {
    List<JsonNode> taken =
        production.cli.json("backups", "shop").path("backups").findParents("sha256").stream()
            .filter(backup -> backup.path("id").asText().equals(id(record)))
            .toList();
    assertThat(taken).extracting(b -> b.path("name").asText()).containsOnly("db", "stock");
    assertThat(taken).hasSize(2).allMatch(backup -> backup.path("verified").asBoolean());
    List<String> steps = names(record);
    assertThat(steps.lastIndexOf("backup")).isLessThan(steps.indexOf("migrate"));
  }

  private static List<String> names(JsonNode record) {
    return record.path("steps").findValuesAsText("step");
  }

  private static String id(JsonNode record) {
    return record.path("deployment_id").asText();
  }

  private String id(String run, ExampleServer server) {
    return id(record(run, server));
  }

  private JsonNode record(String run, ExampleServer server) {
    return server.ofVersion(world.version(run));
  }

  private CompletableFuture<CiJob.Ended> start(String run, String api, String stock) {
    CiJob job = world.job(run, api, stock);
    latest = world.version(run);
    return CompletableFuture.supplyAsync(() -> world.note(job.run(world::checkOut)));
  }

  private String latest = "";

  private void awaitsApproval(CompletableFuture<CiJob.Ended> job) {
    production.await(
        latest + " to be asked for",
        view ->
            job.isDone()
                || view.path("phase").asText().equals("AwaitingApproval")
                    && view.path("desired").path("version").asText().equals(latest)
                    && view.at("/approval/state").asText().equals("waiting"));
  }

  private CiJob.Ended approved(CompletableFuture<CiJob.Ended> job) throws Exception {
    awaitsApproval(job);
    assertThat(job).as("it waits for production: %s", job).isNotDone();
    String release = production.look().path("desired").path("release").asText();
    production.cli.run("approve", "shop", release).orFail();
    return job.get(3, TimeUnit.MINUTES);
  }
}
