package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.rig.SocketFault;
import dev.holdfast.rig.SocketFaultProxy;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An engine whose own bookkeeping of networks is broken, in the words of 20.10: the agent's calls
 * go through a proxy that says them.
 */
class EngineNetworkIT {
  private static final String START = "POST .*/containers/[^/]*/start";

  @RegisterExtension final Server server = new Server();
  private SocketFaultProxy proxy;

  @BeforeEach
  void between() {
    proxy =
        SocketFaultProxy.between(
            server.folder().resolve("d"), Path.of(URI.create(World.get().engine()).getPath()));
    server.dockerHost = proxy.host();
  }

  @AfterEach
  void close() {
    server.agent().close();
    proxy.close();
  }

  private App live() {
    App app = server.app().ordinary();
    app.web("1.1.0").compose("x-holdfast: { watch: 1s }", app.webService("web"));
    app.repo.push("live");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    return app;
  }

  private static SocketFault says(int status, String message) {
    return new SocketFault.AnswerInstead(status, "{\"message\":\"" + message + "\"}");
  }

  /** The endpoint of a container that is gone, left by an engine that was killed. */
  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "a stale endpoint holds the name on the network",
      then = "the old container serves; the endpoint is named")
  void F60_aStaleEndpointLeavesTheOldContainerServingAndIsNamed() {
    App app = live();
    Box old = server.box(app, "web");
    SocketFault stale =
        says(
            403,
            "endpoint with name %s already exists in network %s_default"
                .formatted(app.container("web"), app.name));
    proxy.script(
        (request, body) ->
            request.matches(START + ".*") && !request.contains(old.id()) ? stale : null);
    app.release("1.1.0", "web=1.1.0");
    JsonNode record = server.awaitOutcome(app, "1.1.0", "rolled-back");
    assertThat(record.path("failure").path("reason").asText())
        .contains(
            app.container("web"),
            "already exists in network " + app.name + "_default",
            "docker network disconnect --force");
    assertThat(server.box(app, "web").id()).isEqualTo(old.id());
    assertThat(proxy.count(START)).as("starts, no storm").isLessThanOrEqualTo(8);

    proxy.script((request, body) -> null);
    server.cli().run("retry", app.name).orFail();
    server.awaitLive(app, "1.1.0");
  }

  /** A firewall that was reloaded has none of the engine's chains: nothing with a port starts. */
  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "the engine's firewall rules are flushed",
      then =
          "named as the cause, with what to do; no release is blamed for it, and the update goes on"
              + " when they are back")
  void F125_lostFirewallRulesAreNamedAndNoReleaseIsBlamed() throws Exception {
    App app = live();
    long before = proxy.count(START);
    SocketFault flushed =
        says(
            500,
            "driver failed programming external connectivity on endpoint "
                + app.container("web")
                + ": (iptables failed: iptables --wait -t nat -A DOCKER -p tcp -d 127.0.0.1"
                + " --dport 8080 -j DNAT: iptables: No chain/target/match by that name.");
    proxy.every(START, flushed);
    app.release("1.1.0", "web=1.1.0");
    server.until(
        Server.SOON,
        "the missing chain in the status",
        () -> server.cli().run("status", app.name).text(),
        status ->
            status.contains("Progressing")
                && status.contains("No chain/target/match")
                && status.contains("restart the engine"));
    Thread.sleep(Duration.ofSeconds(5));
    assertThat(proxy.count(START) - before).as("starts, no storm").isLessThanOrEqualTo(12);

    proxy.heal();
    server.awaitLive(app, "1.1.0");
    assertThat(server.ofVersion(app, "1.1.0")).as("deployments").hasSize(1);
  }
}
