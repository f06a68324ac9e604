package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.rig.SocketFault;
import dev.holdfast.rig.SocketFaultProxy;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The disk that the engine keeps its images and containers on is full. */
class EngineDiskIT {
  private static final String ENGINE = "small";
  private static Disk disk;

  @RegisterExtension
  @Order(1)
  static final BeforeAllCallback SMALL =
      context -> {
        new World.Started().beforeAll(context);
        disk = Disk.at(World.get().scripts().folder().resolve("engines/" + ENGINE + "/data"), 300);
      };

  @RegisterExtension
  @Order(2)
  final Server server = new Server().withEngineOfItsOwn(ENGINE);

  @AfterEach
  void free() {
    disk.free();
  }

  private App live(App app) {
    app.web("1.0.0");
    app.web("1.1.0");
    app.compose("x-holdfast: { watch: 1s }", app.webService("web"));
    app.versions("1.0.0", java.util.Map.of("web", "1.0.0")).repo.push("1.0.0");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    return app;
  }

  @Test
  @Staged(
      part = Part.DISK,
      fault = "the engine's disk has no room for the new image",
      then =
          "nothing is pulled: the reason says what is needed, what is free and what could be freed;"
              + " tried again after a while, or at `retry`")
  void F12_F20_whatDoesNotFitIsNotPulled() {
    App app = live(server.app());
    // Of other layers than the one that is here.
    World.get().image("busybox", app.image("web") + ":1.2.0");
    Box before = server.box(app, "web");
    disk.fill();
    app.release("1.2.0", "web=1.2.0");
    JsonNode record = server.awaitOutcome(app, "1.2.0", "failed");
    assertThat(record.at("/failure/step").asText()).isEqualTo("pull");
    assertThat(record.at("/failure/reason").asText())
        .containsPattern(
            "there are 0 MiB free on [^ ]*/data, and [0-9]+ MiB are needed: [0-9]+ MiB to fetch for 1"
                + " image")
        .contains("holdfast retry " + app.name);
    assertThat(server.docker().run("images", "-q", app.image("web")).lines()).hasSize(1);
    assertThat(server.box(app, "web"))
        .extracting(Box::id, Box::startedAt)
        .containsExactly(before.id(), before.startedAt());
    assertThat(server.awaitPhase(app, "Degraded").path("reason").asText())
        .contains("MiB are needed");
    disk.free();
    app.release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    Shell.Ended doctor =
        server.cli().run("doctor", "--config", server.folder().resolve("agent.yaml").toString());
    assertThat(doctor.out())
        .containsPattern("disk to free: 1 image that the agent pulled and no container uses");
  }

  @Test
  @Staged(
      part = Part.DISK,
      fault = "the engine's disk fills while the new image is pulled",
      then =
          "the pull fails with the engine's words, the app is not touched; tried again after a"
              + " while, or at `retry`")
  void F12_F20_aDiskThatFillsInMidPullTouchesNothing() {
    try (SocketFaultProxy proxy =
        SocketFaultProxy.between(
            server.folder().resolve("d"), Path.of(URI.create(ownEngine()).getPath()))) {
      server.dockerHost = proxy.host();
      App app = live(server.app());
      Box before = server.box(app, "web");
      proxy.nth(1, "POST .*/images/create.*", new SocketFault.Before(disk::fill));
      app.release("1.1.0", "web=1.1.0");
      JsonNode record = server.awaitOutcome(app, "1.1.0", "failed");
      assertThat(record.at("/failure/step").asText()).isEqualTo("pull");
      assertThat(record.at("/failure/reason").asText()).contains("no space left");
      assertThat(server.box(app, "web"))
          .extracting(Box::id, Box::startedAt)
          .containsExactly(before.id(), before.startedAt());
      disk.free();
      server.cli().run("retry", app.name).orFail();
      server.awaitLive(app, "1.1.0");
    }
  }

  @Test
  @Staged(
      part = Part.DISK,
      fault = "the engine's disk fills between the pull and the creation of the new container",
      then =
          "the release fails or is taken back, the old container serves; retried when there is room")
  void F20_F38_aDiskThatFillsInMidDeploymentLeavesTheOldContainer() {
    try (SocketFaultProxy proxy =
        SocketFaultProxy.between(
            server.folder().resolve("d"), Path.of(URI.create(ownEngine()).getPath()))) {
      server.dockerHost = proxy.host();
      App app = live(server.app());
      Box before = server.box(app, "web");
      proxy.nth(1, "POST .*/containers/create", new SocketFault.Before(disk::fill));
      app.release("1.1.0", "web=1.1.0");
      JsonNode view = server.awaitPhase(app, "Degraded");
      assertThat(view.path("reason").asText()).contains("no space left");
      assertThat(server.box(app, "web").id()).isEqualTo(before.id());
      disk.free();
      server.cli().run("retry", app.name).orFail();
      server.awaitLive(app, "1.1.0");
    }
  }

  private static String ownEngine() {
    return World.get().once("engine.sh", "start", ENGINE);
  }
}
