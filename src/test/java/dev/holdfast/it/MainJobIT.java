package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The main job on real parts: an edited version file becomes a running release, or the old one
 * comes back.
 */
class MainJobIT {
  @RegisterExtension static final Server server = new Server();

  private App live() {
    App app = server.app().ordinary();
    server.add(app);
    server.awaitLive(app, "1.0.0");
    return app;
  }

  @Test
  void aPushedVersionGoesLiveAndIsRecorded() {
    App app = live();
    Box first = server.box(app, "web");
    String commit = app.web("1.1.0").release("1.1.0", "web=1.1.0");
    assertThat(
            server
                .cli()
                .run("wait", app.name, "--version", "1.1.0", "--timeout", "60s")
                .orFail()
                .code())
        .isZero();
    Box second = server.box(app, "web");
    assertThat(second.version()).isEqualTo("1.1.0");
    assertThat(second.id()).isNotEqualTo(first.id());
    JsonNode record = server.awaitOutcome(app, "1.1.0", "succeeded");
    assertThat(record.path("git_sha").asText()).isEqualTo(commit);
    assertThat(record.path("server").asText()).isEqualTo("it");
    assertThat(record.path("environment").asText()).isEqualTo("test");
    assertThat(record.path("services_deployed").toString()).isEqualTo("[\"web\"]");
    assertThat(record.path("health_checks").path("web").asText()).isEqualTo("healthy");
    assertThat(record.path("rollback_available").asBoolean()).isTrue();
    assertThat(record.path("previous_release").asText())
        .isEqualTo(server.awaitOutcome(app, "1.0.0", "succeeded").path("release").asText());
    assertThat(record.path("steps").findValuesAsText("step"))
        .containsSubsequence("validate", "pull", "update", "probe", "watch", "confirm");
    String id = record.path("deployment_id").asText();
    assertThat(server.cli().json("show", id)).isEqualTo(record);
    assertThat(server.cli().run("history", app.name).text())
        .contains("1.1.0", "1.0.0", "succeeded");
    assertThat(server.cli().run("status", app.name).text()).contains("Synced", "1.1.0", "web");
  }

  @Test
  void aReleaseThatDoesNotGetHealthyIsRolledBackToTheVerySameContainers() {
    App app = server.app().ordinary();
    app.compose("x-holdfast: { watch: 1s }", app.webService("web") + app.webService("worker"));
    app.versions("1.0.0", Map.of("web", "1.0.0", "worker", "1.0.0")).repo.push("two services");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    List<String> before = server.boxes(app).stream().map(Box::id).toList();
    app.web("1.1.0").web("bad", "HEALTH=fail").release("1.1.0", "web=1.1.0", "worker=bad");
    JsonNode record = server.awaitOutcome(app, "1.1.0", "rolled-back");
    assertThat(server.boxes(app).stream().map(Box::id)).containsExactlyInAnyOrderElementsOf(before);
    assertThat(record.path("failure").path("service").asText()).isEqualTo("worker");
    assertThat(record.path("failure").path("step").asText()).isEqualTo("probe");
    assertThat(record.path("failure").path("reason").asText()).contains("404");
    JsonNode view = server.awaitPhase(app, "Degraded");
    assertThat(view.path("reason").asText()).contains("quarantine", "404");
    assertThat(view.path("version").asText()).isEqualTo("1.0.0");
    Shell.Ended waited =
        server.cli().run("wait", app.name, "--version", "1.1.0", "--timeout", "20s");
    assertThat(waited.code()).isEqualTo(1);
    assertThat(waited.err()).contains("404");
    app.release("1.2.0", "worker=1.1.0");
    server.awaitLive(app, "1.2.0");
    assertThat(server.box(app, "worker").version()).isEqualTo("1.1.0");
  }

  @Test
  void aPersonsRetryTriesAReleaseAgainThatWouldWorkNow() throws IOException {
    App app = live();
    String id = server.box(app, "web").id();
    // What decides stands in a file of the server that the release mounts.
    Path gate = Files.createDirectories(server.folder().resolve(app.name));
    app.settings.add("allow-paths: [" + gate + "]");
    server.configure();
    app.compose(
        "x-holdfast: { watch: 1s }",
        app.webService(
            "web",
            "volumes: [\"" + gate + ":/gate:ro\"]",
            "command: [sh, -c, \"[ -e /gate/open ] || export HEALTH=fail; exec web\"]"));
    app.release("1.1.0", "web=1.0.0");
    server.awaitOutcome(app, "1.1.0", "rolled-back");
    assertThat(server.box(app, "web").id()).isEqualTo(id);
    Files.createFile(gate.resolve("open"));
    server.cli().run("retry", app.name).orFail();
    server.awaitLive(app, "1.1.0");
    assertThat(server.ofVersion(app, "1.1.0")).hasSize(2);
  }

  @Test
  void aContainerThatIsRemovedOrStoppedByHandIsPutBack() {
    App app = live();
    Box first = server.box(app, "web");
    server.docker().run("rm", "-f", first.id());
    Box second =
        server
            .until(Server.SOON, "a new container", () -> server.boxes(app), found -> running(found))
            .getFirst();
    assertThat(second.version()).isEqualTo("1.0.0");
    server.docker().run("stop", second.id());
    server.until(Server.SOON, "it again", () -> server.boxes(app), found -> running(found));
    server.awaitPhase(app, "Synced");
    assertThat(server.box(app, "web").id()).isEqualTo(second.id());
    assertThat(server.deployments(app)).hasSize(1);
  }

  private static boolean running(List<Box> found) {
    return found.size() == 1 && found.getFirst().runs();
  }

  @Test
  void oneBrokenAppDoesNotHoldUpTheOthers() {
    App broken = server.app().ordinary();
    App hanging = server.app().ordinary();
    App good = server.app().ordinary();
    try (RegistryProxy proxy = new RegistryProxy(World.get().registry())) {
      hanging.registry = proxy.address();
      hanging.compose("x-holdfast: { watch: 1s }", hanging.webService("web"));
      hanging.repo.push("another registry");
      server.add(broken, hanging, good);
      server.awaitLive(broken, "1.0.0");
      server.awaitLive(hanging, "1.0.0");
      server.awaitLive(good, "1.0.0");
      proxy.fail("/manifests/", new RegistryProxy.Fault.Silence());
      broken.web("bad", "EXIT_AFTER=0.5").release("1.1.0", "web=bad");
      good.web("1.1.0").release("1.1.0", "web=1.1.0");
      long begun = System.nanoTime();
      server.awaitLive(good, "1.1.0");
      assertThat(java.time.Duration.ofNanos(System.nanoTime() - begun))
          .isLessThan(java.time.Duration.ofSeconds(30));
      server.awaitOutcome(broken, "1.1.0", "rolled-back");
      server.awaitPhase(broken, "Degraded");
      assertThat(server.box(hanging, "web").version()).isEqualTo("1.0.0");
    }
  }

  @Test
  void aChangedEnvFileIsANewReleaseAndKeepsItsValuesToItself() {
    App app = live();
    Box first = server.box(app, "web");
    app.env = "CANARY=" + App.CANARY + "-2\n";
    server.configure();
    server.until(
        Server.SOON,
        "the new value",
        () -> server.boxes(app),
        found -> running(found) && found.getFirst().environment("CANARY").endsWith("-2"));
    server.awaitPhase(app, "Synced");
    assertThat(server.box(app, "web").id()).isNotEqualTo(first.id());
  }

  @Test
  void aMigrationRunsBeforeTheServiceAndItsSecretsStayHidden() {
    App app = server.app().ordinary();
    app.compose(
        """
        x-holdfast:
          watch: 1s
          migrate: { service: web, command: [sh, -c, "echo connecting with $$CANARY; migrate"] }
        volumes: { data: {} }
        """,
        app.webService("web", "volumes: [\"data:/data\"]"));
    app.repo.push("with a migration");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    app.web("1.1.0", "MIGRATE_EXIT=3").release("1.1.0", "web=1.1.0");
    JsonNode record = server.awaitOutcome(app, "1.1.0", "failed");
    assertThat(record.path("failure").path("step").asText()).isEqualTo("migrate");
    assertThat(record.path("failure").path("log_tail").toString())
        .contains("migration 1.1.0 failed", "connecting with");
    assertThat(server.box(app, "web").version()).isEqualTo("1.0.0");
    app.web("1.2.0").release("1.2.0", "web=1.2.0");
    server.awaitLive(app, "1.2.0");
    assertThat(migrations(app))
        .containsExactly(
            "begin 1.0.0", "end 1.0.0", "begin 1.1.0", "failed 1.1.0", "begin 1.2.0", "end 1.2.0");
  }

  private List<String> migrations(App app) {
    return server
        .docker()
        .run("exec", app.container("web"), "cat", "/data/migrations")
        .lines()
        .map(line -> line.split(" ")[0] + " " + line.split(" ")[1])
        .toList();
  }

  @Test
  void aDirectoryIsFollowedAsWellAsGit() throws IOException {
    App app = server.app().ordinary();
    Path folder = Files.createDirectories(server.folder().resolve("srv"));
    copy(app, folder);
    app.source = "directory: " + folder;
    server.add(app);
    server.awaitLive(app, "1.0.0");
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    copy(app, folder);
    server.awaitLive(app, "1.1.0");
  }

  private static void copy(App app, Path folder) throws IOException {
    Files.writeString(folder.resolve("compose.yaml"), app.repo.read("compose.yaml"));
    Files.writeString(folder.resolve("versions.yaml"), app.repo.read("versions.yaml"));
  }
}
