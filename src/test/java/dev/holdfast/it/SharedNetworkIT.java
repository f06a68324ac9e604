package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A service that lives in the network of another, as behind a VPN: whatever becomes of the other,
 * it is reached through it afterwards.
 */
class SharedNetworkIT {
  @RegisterExtension static final Server server = new Server();

  private final App app = server.app();

  private void compose(String setting) {
    app.compose(
        "x-holdfast: { watch: 1s }",
        "  vpn:\n"
            + "    image: "
            + World.get().registry()
            + "/base/busybox:1\n"
            + "    command: [sleep, \"100000\"]\n"
            + "    init: true\n"
            + "    stop_grace_period: 1s\n"
            + "    environment: { SETTING: \""
            + setting
            + "\" }\n"
            + app.webService("web", "network_mode: \"service:vpn\""));
  }

  /** Asked in the container of the other service, whose network it is. */
  private boolean answers() {
    return server
            .docker()
            .tried(
                "exec",
                app.container("vpn"),
                "wget",
                "-q",
                "-O",
                "-",
                "http://127.0.0.1:8080/health")
            .code()
        == 0;
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "a container that lends its network is replaced",
      then = "those that share it are made anew after it, also in a rollback")
  void F58_survivesAnUpdateARollbackAndARestartByHand() {
    compose("one");
    app.web("1.0.0").versions("1.0.0", Map.of("web", "1.0.0"));
    app.repo.push("1.0.0");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    Box web = server.box(app, "web");
    assertThat(answers()).isTrue();

    // The other one changes, and takes it along.
    compose("two");
    app.release("1.1.0", "web=1.0.0");
    server.awaitLive(app, "1.1.0");
    assertThat(server.box(app, "web").id()).isNotEqualTo(web.id());
    assertThat(server.box(app, "vpn").environment("SETTING")).isEqualTo("two");
    assertThat(answers()).isTrue();

    // Both change, it fails: the very two that ran are back, and together.
    Box vpnBefore = server.box(app, "vpn");
    Box webBefore = server.box(app, "web");
    compose("three");
    app.web("bad", "HEALTH=fail").release("1.2.0", "web=bad");
    server.awaitOutcome(app, "1.2.0", "rolled-back");
    assertThat(server.box(app, "vpn").id()).isEqualTo(vpnBefore.id());
    assertThat(server.box(app, "web").id()).isEqualTo(webBefore.id());
    assertThat(answers()).isTrue();

    // Somebody restarts the other one: it still runs, and is cut off until it is started anew.
    String started = server.box(app, "web").startedAt();
    server.docker().run("restart", "-t", "1", app.container("vpn"));
    server.until(
        Duration.ofSeconds(60),
        "web to follow",
        () ->
            server.boxes(app).stream()
                    .anyMatch(
                        box ->
                            box.id().equals(webBefore.id())
                                && box.runs()
                                && !box.startedAt().equals(started))
                && answers(),
        followed -> followed);
  }
}
