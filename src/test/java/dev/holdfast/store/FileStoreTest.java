package dev.holdfast.store;

import static dev.holdfast.model.DeploymentRecord.Status.IN_PROGRESS;
import static dev.holdfast.model.DeploymentRecord.Status.ROLLED_BACK;
import static dev.holdfast.store.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.model.Approval;
import dev.holdfast.model.Consent;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Passage;
import dev.holdfast.model.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoreTest extends StoreContract {
  private static final String ID = "20261120T120000Z-4f3c2a1b9d0e";
  private static final String PASSWORD = "hunter2-hunter2";
  @TempDir private Path state;
  private final List<String> warnings = new ArrayList<>();
  private final Redactor redactor = new Redactor();

  @Override
  Store open() {
    return FileStore.open(state, redactor, warnings::add);
  }

  @Test
  void whatWasWrittenIsThereForTheNextAgent() {
    Release release = Samples.release("acme/api:1");
    Store before = open();
    before.saveMemory("shop", Samples.memory(ID));
    before.saveRecord(Samples.record(ID, IN_PROGRESS, null));
    before.saveRelease(release);
    before.log("shop", ID, line("one"));
    Store after = open();

    assertThat(after.memory("shop")).isEqualTo(Samples.memory(ID));
    assertThat(after.record("shop", ID)).contains(Samples.record(ID, IN_PROGRESS, null));
    assertThat(after.release("shop", release.id())).contains(release);
    assertThat(after.readLog("shop", ID, 0).lines()).containsExactly(line("one"));
    assertThat(warnings).isEmpty();
  }

  @Test
  void whoSatAtAContainerIsKeptWithinBoundsAndTheNewestLast() throws IOException {
    redactor.register("hunter2-hunter2");
    Store store = open();
    store.noteShell("shop", line("ann opens: psql hunter2-hunter2"));
    assertThat(Files.readString(app("shells.ndjson")))
        .contains("ann opens: psql ***")
        .doesNotContain("hunter2");
    for (int i = 0; i < 1000; i++) {
      store.noteShell("shop", line(i + " " + "x".repeat(8_000)));
    }
    store.noteShell("shop", line("the last"));
    assertThat(store.shellNotes("shop").getLast().message()).isEqualTo("the last");
    assertThat(store.appsWithShells()).containsExactly("shop");
    assertThat(store.shellNotes("blog")).isEmpty();
    assertThat(Files.readString(app("shells.ndjson"))).endsWith("the last\"}\n");
    assertThat(Files.size(app("shells.ndjson"))).isLessThan(DeploymentFiles.MAX_FILE);
    assertThat(Files.size(app("shells.ndjson.previous"))).isLessThan(DeploymentFiles.MAX_FILE);
    assertThat(warnings).isEmpty();
  }

  @Test
  void aRecordReadsAsTheContractSays() throws IOException {
    open().saveRecord(Samples.record(ID, ROLLED_BACK, NOON));
    JsonNode record =
        new ObjectMapper().readTree(app("deployments/" + ID + "/record.json").toFile());

    assertThat(record.path("deployment_id").asText()).isEqualTo(ID);
    assertThat(record.path("timestamp").asText()).isEqualTo("2026-11-20T12:00:00.123Z");
    assertThat(record.path("status").asText())
        .isEqualTo("rolled-back")
        .isEqualTo(ROLLED_BACK.text());
    assertThat(record.path("git_sha").asText()).isEqualTo("4f3c2a1b9d0e");
    assertThat(record.path("git_ref").asText()).isEqualTo("refs/heads/main");
    assertThat(record.path("previous_release").asText()).isEqualTo("bbbbbbbbbbbb");
    assertThat(record.path("services_deployed"))
        .extracting(JsonNode::asText)
        .containsExactly("api", "web");
    assertThat(record.path("health_checks").path("api").asText()).isEqualTo("healthy");
    assertThat(record.path("health_checks").path("web").asText()).isEqualTo("skipped");
    assertThat(record.path("rollback_available").asBoolean()).isTrue();
    assertThat(record.at("/steps/1/step").asText()).isEqualTo("probe");
    assertThat(record.at("/steps/1/started_at").asText()).isEqualTo("2026-11-20T12:00:00.123Z");
    assertThat(record.at("/steps/1/ended_at").isNull()).isTrue();
    assertThat(record.at("/steps/0/status").asText()).isEqualTo("succeeded");
    assertThat(record.at("/failure/log_tail/1").asText()).isEqualTo("listening on 3001");
    assertThat(record.path("commit").isNull()).isTrue();
    assertThat(Stream.of("server", "app", "environment", "release", "version").map(record::path))
        .noneMatch(JsonNode::isMissingNode);
  }

  @Test
  void aReleaseFileShowsImagesAndHidesVariables() throws IOException {
    Release release = Samples.release("ghcr.io/acme/api:1.4.2");
    open().saveRelease(release);
    Path file = app("releases/" + release.id() + ".json");
    JsonNode content = new ObjectMapper().readTree(file.toFile());

    assertThat(content.path("release").asText()).isEqualTo(release.id());
    assertThat(content.at("/services/api/image").asText()).isEqualTo("ghcr.io/acme/api:1.4.2");
    assertThat(content.at("/services/api/digest").asText()).startsWith("sha256:");
    assertThat(content.at("/services/api/config_hash").asText())
        .isEqualTo(release.services().get("api").configHash());
    assertThat(Files.readString(file)).doesNotContain("hunter2").doesNotContain("DATABASE_URL");
  }

  @Test
  void rightsAreSetWhateverTheUmask() throws IOException {
    Store store = open();
    store.saveMemory("shop", Samples.memory(null));
    store.saveRecord(Samples.record(ID, IN_PROGRESS, null));
    store.log("shop", ID, line("one"));
    store.output("shop", ID, "migrate-api.log").accept("x");
    Release release = Samples.release("acme/api:1");
    store.saveRelease(release);

    assertThat(rights("")).isEqualTo("rwxr-x---");
    assertThat(rights("deployments/" + ID)).isEqualTo("rwxr-x---");
    assertThat(rights("memory.json")).isEqualTo("rw-r-----");
    assertThat(rights("deployments/" + ID + "/record.json")).isEqualTo("rw-r-----");
    assertThat(rights("releases/" + release.id() + ".json")).isEqualTo("rw-------");
    assertThat(rights("../../seal.key")).isEqualTo("rw-------");
    assertThat(rights("deployments/" + ID + "/log.ndjson"))
        .doesNotEndWith("r--")
        .startsWith("rw-r");
  }

  @Test
  void registeredSecretsReachNeitherLogNorOutputNorRecordNorMemory() throws IOException {
    Store store = open();
    redactor.register("connection refused");
    redactor.register("listening on 3001");
    redactor.register("the probe failed");
    redactor.register("the desired release changed");
    redactor.register(PASSWORD);
    store.saveRecord(Samples.record(ID, IN_PROGRESS, null));
    store.saveMemory("shop", indiscreet());
    store.log("shop", ID, line("dial tcp: connection refused"));
    store.output("shop", ID, "migrate-api.log").accept("postgres: connection refused!");

    assertThat(store.record("shop", ID).orElseThrow().failure().reason()).isEqualTo("***");
    assertThat(store.record("shop", ID).orElseThrow().failure().logTail())
        .containsExactly("starting", "***");
    assertThat(store.readLog("shop", ID, 0).lines().getFirst().message())
        .isEqualTo("dial tcp: ***");
    assertThat(store.readOutput("shop", ID, "migrate-api.log", 100)).contains("postgres: ***!\n");
    assertThat(store.memory("shop").quarantined().get("bbbbbbbbbbbb").reason()).isEqualTo("***");
    try (Stream<Path> all = Files.walk(state)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
            .doesNotContain("refused", "3001", "probe failed", "release changed", PASSWORD);
      }
    }
    assertThat(store.memory("shop").hold().reason()).isEqualTo("*** leaked");
  }

  /** People say what they should not. */
  private static Memory indiscreet() {
    return Samples.memory(ID)
        .withHold(new Memory.Hold(PASSWORD + " leaked", "ops", NOON))
        .withConsent(
            new Consent(
                new Consent.Decision(
                    ID,
                    "aaaaaaaaaaaa",
                    new Approval(Approval.State.REJECTED, "ann", NOON, "still " + PASSWORD),
                    true),
                new Consent.Leave(null, new Passage("ann", NOON, PASSWORD + " must go at once"))));
  }

  @Test
  void anUnchangedMemoryOrReleaseIsNotWrittenAgain() throws IOException {
    Store store = open();
    Release release = Samples.release("acme/api:1");
    store.saveMemory("shop", Samples.memory(null));
    store.saveRelease(release);
    Object memory = Files.getAttribute(app("memory.json"), "unix:ino");
    Object file = Files.getAttribute(app("releases/" + release.id() + ".json"), "unix:ino");
    store.saveMemory("shop", Samples.memory(null));
    store.saveRelease(release);

    assertThat(Files.getAttribute(app("memory.json"), "unix:ino")).isEqualTo(memory);
    assertThat(Files.getAttribute(app("releases/" + release.id() + ".json"), "unix:ino"))
        .isEqualTo(file);
    assertThat(app("memory.json.previous")).doesNotExist();
  }

  @Test
  void aLineCutOffByACrashSpoilsNeitherTheNextOneNorTheReading() throws IOException {
    Store store = open();
    store.log("shop", ID, line("one"));
    Path log = app("deployments/" + ID + "/log.ndjson");
    Files.writeString(log, "{\"time\":\"2026-11-20T12:00", java.nio.file.StandardOpenOption.APPEND);
    Store.LogPage page = store.readLog("shop", ID, 0);
    store.log("shop", ID, line("two"));

    assertThat(page.lines()).containsExactly(line("one"));
    assertThat(store.readLog("shop", ID, page.nextOffset()).lines()).containsExactly(line("two"));
    assertThat(store.readLog("shop", ID, 3).lines()).containsExactly(line("two"));
  }

  @Test
  void aLongLogIsReadPageByPage() {
    Store store = open();
    for (int i = 0; i < 600; i++) {
      store.log("shop", ID, line(i + "x".repeat(4_000)));
    }
    List<Store.LogLine> lines = new ArrayList<>();
    Store.LogPage page = store.readLog("shop", ID, 0);
    assertThat(page.lines()).hasSizeLessThan(300);
    while (!page.lines().isEmpty()) {
      lines.addAll(page.lines());
      page = store.readLog("shop", ID, page.nextOffset());
    }

    assertThat(lines)
        .hasSize(600)
        .last()
        .extracting(Store.LogLine::message)
        .asString()
        .startsWith("599x");
  }

  @Test
  void aLongLineIsShortenedAndOneOfSeveralLinesIsSeveral() {
    Store store = open();
    Consumer<String> output = store.output("shop", ID, "migrate-api.log");
    output.accept("y".repeat(DeploymentFiles.MAX_LINE + 5));
    output.accept("a\r\nb");
    store.log("shop", ID, line("z".repeat(DeploymentFiles.MAX_LINE + 7)));

    assertThat(store.readOutput("shop", ID, "migrate-api.log", 100_000))
        .contains("y".repeat(DeploymentFiles.MAX_LINE) + "… (5 more characters)\na\nb\n");
    assertThat(store.readLog("shop", ID, 0).lines().getFirst().message())
        .endsWith("z… (7 more characters)");
  }

  @Test
  void aFullOutputTakesNothingMore() throws IOException {
    Store store = open();
    Consumer<String> output = store.output("shop", ID, "migrate-api.log");
    for (int i = 0; i < 700; i++) {
      output.accept(i + "y".repeat(8_000));
    }
    output.accept("short");
    store.output("shop", ID, "migrate-api.log").accept("after a restart");
    List<String> lines = Files.readAllLines(app("deployments/" + ID + "/migrate-api.log"));

    assertThat(lines).endsWith(DeploymentFiles.DROPPED).containsOnlyOnce(DeploymentFiles.DROPPED);
    assertThat(Files.size(app("deployments/" + ID + "/migrate-api.log")))
        .isLessThan(DeploymentFiles.MAX_FILE + 200);
  }

  @Test
  void ofALongOutputTheEndIsReadFromTheBeginningOfALine() {
    Store store = open();
    Consumer<String> output = store.output("shop", ID, "migrate-api.log");
    output.accept("one");
    output.accept("two");
    output.accept("three");

    assertThat(store.readOutput("shop", ID, "migrate-api.log", 8))
        .contains("… (the first 8 bytes are left out)\nthree\n");
  }

  @Test
  void aLogThatCannotBeWrittenStopsNothing() throws IOException {
    Store store = open();
    Files.createDirectories(app("deployments/" + ID + "/log.ndjson"));
    store.log("shop", ID, line("one"));
    store.log("shop", ID, line("two"));

    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("log.ndjson")
        .contains("goes on without it");
  }

  private Path app(String path) {
    return state.resolve("apps/shop").resolve(path);
  }

  private String rights(String path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(app(path)));
  }
}
