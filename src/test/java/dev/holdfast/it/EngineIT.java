package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An engine that the test may stop, kill and prune as it likes. */
class EngineIT {
  @RegisterExtension final Server server = new Server().withEngineOfItsOwn("own");

  private App live() {
    App app = server.app().ordinary();
    app.compose("x-holdfast: { watch: 1s }", app.webService("web", "restart: always"));
    app.repo.push("restarts");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    return app;
  }

  @Test
  @Staged(
      part = Part.HEALTH,
      fault = "a prune takes every unused image in the middle of an update",
      then = "the rollback does not need them")
  void F73_aRollbackDoesNotNeedWhatAPruneTook() {
    App app = live();
    Box before = server.box(app, "web");
    app.web("bad", "HEALTH=fail").release("1.1.0", "web=bad");
    server.until(
        Server.SOON,
        "the update",
        () -> server.boxes(app),
        boxes -> boxes.stream().anyMatch(box -> box.runs() && !box.id().equals(before.id())));
    server.docker().run("image", "prune", "-af");
    server.awaitOutcome(app, "1.1.0", "rolled-back");
    assertThat(server.box(app, "web").id()).isEqualTo(before.id());
    app.web("1.2.0").release("1.2.0", "web=1.2.0");
    server.awaitLive(app, "1.2.0");
    server.docker().run("image", "prune", "-af");
    server.cli().run("rollback", app.name).orFail();
    server.await(
        app,
        "1.0.0 again",
        v -> v.path("version").asText().equals("1.0.0") && v.path("phase").asText().equals("Held"));
    assertThat(server.box(app, "web").version()).isEqualTo("1.0.0");
    // A held app is left as it is: what was replaced last stays, stopped, until `resume`.
    app.stoppedAllowed = 1;
  }

  @Test
  void anEngineThatGoesAwayIsUnknownAndNotGone() throws IOException {
    App app = live();
    String id = server.box(app, "web").id();
    server.engine("stop");
    server.await(
        app,
        "Unknown",
        v -> v.path("phase").asText().equals("Unknown") && !v.path("reason").asText().isEmpty());
    assertThat(server.cli().run("status", app.name).text()).contains("Unknown");
    assertThat(server.api().get("/q/health/live")).contains("\"UP\"");
    server.engine("start");
    server.awaitLive(app, "1.0.0");
    assertThat(server.box(app, "web").id()).isEqualTo(id);
    assertThat(server.deployments(app)).hasSize(1);
  }

  @Test
  void anEngineThatIsDownAtTheStartIsWaitedFor() throws IOException {
    App app = server.app().ordinary();
    server.engine("stop");
    server.add(app);
    server.await(
        app,
        "Unknown",
        v ->
            v.path("phase").asText().equals("Unknown")
                && v.path("reason").asText().contains("engine"));
    assertThat(server.api().get("/q/health/ready")).contains("\"DOWN\"");
    server.engine("start");
    server.awaitLive(app, "1.0.0");
    server.until(
        Duration.ofSeconds(10),
        "ready",
        () -> {
          try {
            return server.api().get("/q/health/ready");
          } catch (IOException e) {
            return "";
          }
        },
        body -> !body.contains("DOWN") && body.contains("UP"));
  }

  @Test
  void anEngineThatIsKilledInTheMiddleOfAnUpdateLeavesNothingBroken() {
    App app = live();
    app.web("1.1.0", "START_DELAY=3").release("1.1.0", "web=1.1.0");
    server.until(
        Server.SOON,
        "the update",
        () -> server.boxes(app),
        boxes -> boxes.stream().anyMatch(box -> box.runs() && box.version().equals("1.1.0")));
    server.engine("kill9");
    server.engine("start");
    server.until(
        Duration.ofSeconds(90),
        "an end",
        () -> server.look(app),
        v ->
            v.path("phase").asText().equals("Synced")
                || v.path("phase").asText().equals("Degraded"));
    server.until(
        Duration.ofSeconds(60),
        "one that runs",
        () -> server.boxes(app),
        boxes -> boxes.size() == 1 && boxes.getFirst().runs());
  }
}
