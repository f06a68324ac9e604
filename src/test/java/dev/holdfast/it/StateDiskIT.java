package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.rig.SocketFault;
import dev.holdfast.rig.SocketFaultProxy;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The disk that the agent keeps its state on is full, or can only be read. */
class StateDiskIT {
  private static final List<Disk> DISKS = new ArrayList<>();
  @RegisterExtension final Server server = new Server();
  private Disk disk;

  @BeforeEach
  void mount() {
    disk = Disk.at(server.state(), 24);
    DISKS.add(disk);
  }

  /** The promises are checked on it before it goes. */
  @AfterAll
  static void unmount() {
    DISKS.forEach(Disk::close);
    DISKS.clear();
  }

  private App live() {
    App app = server.app();
    app.web("1.0.0").web("1.1.0");
    app.compose("x-holdfast: { watch: 1s }", app.webService("web"));
    app.versions("1.0.0", java.util.Map.of("web", "1.0.0")).repo.push("1.0.0");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    return app;
  }

  @Test
  @Staged(
      part = Part.DISK,
      fault = "the disk of the state directory is full, in steady state and at the agent's start",
      then =
          "the app runs on and its reason names the disk; no state is lost; with room again it goes"
              + " on by itself")
  void F107_aFullStateDiskLosesNothing() {
    App app = live();
    Box before = server.box(app, "web");
    disk.fill();
    app.release("1.1.0", "web=1.1.0");
    server.await(app, "the reason", v -> v.path("reason").asText().contains("No space left"));
    assertThat(server.box(app, "web").id()).isEqualTo(before.id());
    assertThat(server.agent().alive()).isTrue();
    disk.free();
    server.awaitLive(app, "1.1.0");
    Box next = server.box(app, "web");
    disk.fill();
    server.agent().kill9();
    server.agent().start();
    server.awaitPhase(app, "Degraded");
    assertThat(server.box(app, "web"))
        .extracting(Box::id, Box::startedAt)
        .containsExactly(next.id(), next.startedAt());
    disk.free();
    server.awaitLive(app, "1.1.0");
    assertThat(server.box(app, "web").id()).isEqualTo(next.id());
  }

  @Test
  @Staged(
      part = Part.DISK,
      fault = "the state's disk fills in the middle of an update",
      then =
          "the update stands still rather than go on unrecorded; with room again it is carried on")
  void F92_F107_aDiskThatFillsInMidDeploymentIsWaitedFor() {
    try (SocketFaultProxy proxy =
        SocketFaultProxy.between(
            server.folder().resolve("d"), Path.of(URI.create(World.get().engine()).getPath()))) {
      server.dockerHost = proxy.host();
      App app = live();
      proxy.nth(1, "POST .*/stop", new SocketFault.Before(disk::fill));
      app.release("1.1.0", "web=1.1.0");
      server.await(app, "the reason", v -> v.path("reason").asText().contains("No space left"));
      disk.free();
      server.awaitLive(app, "1.1.0");
    }
  }
}
