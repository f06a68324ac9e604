package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Start-first on a real engine: what runs before, during and after it, whatever happens. */
class StartFirstIT {
  @RegisterExtension static final Server server = new Server();

  private static final String START_FIRST = "  strategy: start-first";
  private static final String ADDRESS = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  private static final String DRAIN = "  drain: 1s";

  /** With a service {@code web} that is updated start-first. */
  private static App app(String... more) {
    App app = server.app().web("1.0.0");
    write(app, more);
    app.versions("1.0.0", Map.of("web", "1.0.0"));
    app.repo.push("1.0.0");
    return app;
  }

  private static void write(App app, String... more) {
    String[] lines = new String[more.length + 2];
    lines[0] = START_FIRST;
    lines[1] = DRAIN;
    System.arraycopy(more, 0, lines, 2, more.length);
    String top = "x-holdfast: { watch: { for: 1s, log: { pattern: FATAL } } }";
    app.compose(top, app.webService("web", lines));
  }

  private static App live(App app) {
    server.add(app);
    server.awaitLive(app, "1.0.0");
    return app;
  }

  private static Box webOf(App app) {
    return server.box(app, "web");
  }

  /** Nothing was done to it: neither made anew nor started again. */
  private static void assertUntouched(Box box, Box before) {
    assertThat(List.of(box.id(), box.startedAt(), box.name()))
        .isEqualTo(List.of(before.id(), before.startedAt(), before.name()));
  }

  private static List<String> aliases(Box box) {
    JsonNode network = box.all().path("NetworkSettings").path("Networks").elements().next();
    List<String> aliases = new java.util.ArrayList<>();
    network.path("Aliases").forEach(alias -> aliases.add(alias.asText()));
    return aliases;
  }

  /** As one does for a Prometheus that runs beside. */
  @Test
  void aNetworkThatSomebodyPutsAContainerOnIsNobodysDrift() {
    App app = live(app());
    String monitoring = app.name + "-monitoring";
    server.docker().run("network", "create", monitoring);
    try {
      Box first = webOf(app);
      server.docker().run("network", "connect", monitoring, first.id());
      server.cli().run("sync", app.name, "--wait");
      assertThat(server.cli().run("diff", app.name, "--exit-code").code()).isZero();
      assertUntouched(webOf(app), first);

      app.web("1.1.0").release("1.1.0", "web=1.1.0");
      server.awaitLive(app, "1.1.0");
      Box second = webOf(app);
      server.docker().run("network", "connect", monitoring, second.id());
      app.web("never", "HEALTH=fail").release("1.2.0", "web=never");
      server.awaitOutcome(app, "1.2.0", "rolled-back");
      assertUntouched(webOf(app), second);
    } finally {
      server
          .boxes(app)
          .forEach(
              box -> server.docker().tried("network", "disconnect", "-f", monitoring, box.id()));
      server.docker().tried("network", "rm", monitoring);
    }
  }

  @Test
  void theNameMovesOverAndWhatFailsLeavesTheOldOneAlone() {
    App app = server.app().web("1.0.0");
    app.names.put("web", app.name + "-front");
    write(app, "container_name: " + app.name + "-front");
    app.versions("1.0.0", Map.of("web", "1.0.0"));
    app.repo.push("1.0.0");
    live(app);
    Box first = webOf(app);

    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    Box second = webOf(app);
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(second.name()).isEqualTo(app.name + "-front");
    assertThat(aliases(second)).contains("web");
    JsonNode gap = server.awaitOutcome(app, "1.1.0", "succeeded").path("gaps").path("web");
    assertThat(gap.path("milliseconds").asLong(-1)).as("%s", gap).isZero();
    assertThat(gap.path("measured_by").asText()).isEqualTo("probe");

    app.web("never", "HEALTH=fail").release("1.2.0", "web=never");
    JsonNode record = server.awaitOutcome(app, "1.2.0", "rolled-back");
    assertThat(record.path("failure").path("step").asText()).isEqualTo("update");
    assertUntouched(webOf(app), second);

    app.web("says", "SAYS=FATAL: no luck").release("1.3.0", "web=says");
    record = server.awaitOutcome(app, "1.3.0", "rolled-back");
    assertThat(record.path("failure").path("step").asText()).as("%s", record).isEqualTo("watch");
    assertThat(webOf(app).id()).as("the very container is back").isEqualTo(second.id());
    assertThat(webOf(app).name()).isEqualTo(second.name());
    assertThat(aliases(webOf(app))).contains("web");
  }

  @Test
  void scalingTouchesNothingElse() {
    App app = server.app().web("1.0.0");
    scaled(app, "1.0.0", 1);
    live(app);
    List<String> one = ids(app);
    String other = server.box(app, "other").id();
    List<String> three = scaledTo(app, "3.0.0", 3);
    assertThat(three).hasSize(3).containsAll(one);
    List<String> two = scaledTo(app, "2.0.0", 2);
    assertThat(two).hasSize(2).isSubsetOf(three).containsAll(one);
    assertThat(scaledTo(app, "0.0.0", 0)).isEmpty();
    assertThat(scaledTo(app, "1.0.1", 1)).hasSize(1);
    assertUntouched(server.box(app, "other"), server.box(app, "other"));
    assertThat(server.box(app, "other").id()).isEqualTo(other);
    assertThat(server.box(app, "other").restarts()).isZero();
  }

  private static List<String> scaledTo(App app, String version, int replicas) {
    scaled(app, version, replicas);
    server.awaitLive(app, version);
    return ids(app);
  }

  private static void scaled(App app, String version, int replicas) {
    app.replicas.put("web", replicas);
    String other = app.webService("other").replace("/web", "/web:1.0.0");
    String web = app.webService("web", START_FIRST, DRAIN, "deploy: { replicas: N }");
    app.compose("x-holdfast: { watch: 1s }", web.replace("N }", replicas + " }") + other);
    app.versions(version, Map.of("web", "1.0.0"));
    app.repo.push(version);
  }

  private static List<String> ids(App app) {
    return server.boxes(app).stream()
        .filter(box -> box.service().equals("web") && box.runs())
        .map(Box::id)
        .toList();
  }

  /** Nobody knows what has become free when the new one has started already. */
  @Test
  void whereALowerAddressBecameFreeTheNewOneStartsAnewBeforeAnyoneFindsIt() {
    App app = live(app());
    String squatter = "squatter" + World.next();
    String busybox = World.get().registry() + "/base/busybox:1";
    String[] squat = {
      "run", "-d", "--name", squatter, "--network", app.name + "_default", busybox, "sleep", "300"
    };
    server.docker().run(squat);
    String address = server.docker().run("inspect", "-f", ADDRESS, squatter);
    app.web("1.1.0", "START_DELAY=2");
    try (EngineEvents events = EngineEvents.of(World.get())) {
      app.release("1.1.0", "web=1.1.0");
      events.await("container start", "name:" + app.container("web") + "-");
      server.docker().run("rm", "-f", squatter);
    } finally {
      server.docker().tried("rm", "-f", squatter);
    }
    server.awaitLive(app, "1.1.0");
    assertThat(webOf(app).address()).as("off and on again gives the lowest").isEqualTo(address);
    assertThat(aliases(webOf(app))).contains("web");
  }

  @Test
  void anAgentThatDiesWhileContainersTradePlacesLeavesOneHealthyContainerThatIsFound() {
    App app = live(app());
    // The new one was found by its name a moment ago.
    killed(app, "1.1.0", "network connect", "name:" + app.name + "_default");
    killed(app, "1.2.0", "container pause", "name:" + app.container("web"));
    // The old one is hidden, and has its drain before it is stopped.
    killed(app, "1.3.0", "container unpause", "name:" + app.container("web"));
    killed(app, "1.4.0", "container kill", "name:" + app.container("web"));
  }

  private static void killed(App app, String version, String event, String whose) {
    app.web(version);
    Box before = webOf(app);
    try (EngineEvents events = EngineEvents.of(World.get())) {
      app.release(version, "web=" + version);
      events.await("container start", "name:" + app.container("web") + "-");
      events.await(event, whose);
      server.agent().kill9();
    }
    if (event.endsWith(" pause")) {
      assertThat(server.boxes(app))
          .as("left as it was when the agent died")
          .anyMatch(box -> box.id().equals(before.id()) && box.state().equals("paused"));
    }
    server.agent().start();
    server.awaitLive(app, version);
    assertThat(server.boxes(app)).as(event).allMatch(Box::runs).hasSize(1);
    Box after = webOf(app);
    assertThat(after.version()).isEqualTo(version);
    assertThat(after.name()).isEqualTo(app.container("web"));
    assertThat(aliases(after)).contains("web");
  }
}
