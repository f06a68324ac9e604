package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An engine that is restarted under live-restore shows its containers' old health for ever. */
class FrozenHealthIT {
  @RegisterExtension final Server server = new Server().withEngineOfItsOwn("frozen");

  private void compose(App app, String watch) {
    app.compose(
        "x-holdfast: { watch: " + watch + " }",
        String.join(
            "\n",
            "  web:",
            "    image: " + app.image("web"),
            "    stop_grace_period: 2s",
            "    healthcheck:",
            "      test: [CMD-SHELL, \"test -e /dev/shm/www/health\"]",
            "      interval: 1s",
            "      timeout: 1s",
            "      retries: 2",
            ""));
  }

  @Test
  @Staged(
      part = Part.HEALTH,
      fault = "the engine has stopped running a healthcheck (live-restore)",
      then = "its old word does not count; the agent runs the check itself")
  void F67_whatTheEngineNoLongerChecksTheAgentChecksItself() {
    World.get().scripts().run("engine.sh", "stop", "frozen");
    World.get().scripts().run("engine.sh", "start", "frozen", "--live-restore");
    App app = server.app().web("1.0.0").web("1.1.0");
    compose(app, "2s");
    app.versions("1.0.0", Map.of("web", "1.0.0"));
    app.repo.push("1.0.0");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    String before = server.box(app, "web").id();

    compose(app, "45s");
    app.release("1.1.0", "web=1.1.0");
    server.until(
        Server.SOON,
        "the watch",
        () -> server.ofVersion(app, "1.1.0"),
        found -> !found.isEmpty() && lastStep(found.getFirst()).equals("watch"));
    server.engine("restart");
    server.docker().run("exec", app.container("web"), "rm", "/dev/shm/www/health");

    JsonNode record = server.awaitOutcome(app, "1.1.0", "rolled-back");
    assertThat(record.path("failure").path("reason").asText())
        .contains("the engine has stopped running its healthcheck")
        .contains("it fails when the agent runs it");
    assertThat(server.box(app, "web").id()).isEqualTo(before);
    assertThat(List.of(server.box(app, "web").version())).containsExactly("1.0.0");
  }

  private static String lastStep(JsonNode record) {
    JsonNode steps = record.path("steps");
    return steps.isEmpty() ? "" : steps.path(steps.size() - 1).path("step").asText();
  }
}
