package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.it.RegistryProxy.Fault;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Failures while a container is replaced: the service ends with the new one healthy or the old one
 * back.
 */
class RecreateIT {
  @RegisterExtension static final Server server = new Server();

  private App live() {
    return live(server.app());
  }

  private App live(App app) {
    app.ordinary();
    server.add(app);
    server.awaitLive(app, "1.0.0");
    return app;
  }

  private JsonNode ended(App app, String version) {
    return server
        .until(
            Server.SOON,
            "the end of " + version,
            () -> server.ofVersion(app, version),
            found ->
                !found.isEmpty() && !found.getFirst().path("status").asText().equals("in-progress"))
        .getFirst();
  }

  /** All at once: the engine itself tries a broken blob for more than a minute. */
  @Test
  @Staged(
      part = Part.REGISTRY,
      fault =
          "layers are answered 404 or 500, come half, with a wrong byte, or half and "
              + "then nothing",
      then = "the pull fails in its time, the old container is not touched")
  void F12_F14_F16_F19_theOldContainerStaysWhereTheNewImageNeverArrives() {
    Map<App, Fault> faults =
        new HashMap<>(
            Map.of(
                server.app(), new Fault.Status(404),
                server.app(), new Fault.Status(500),
                server.app(), new Fault.Truncated(),
                server.app(), new Fault.Corrupt()));
    if ("all".equals(System.getProperty("holdfast.faults"))) {
      // Three tries of a minute without a byte each.
      faults.put(server.app(), new Fault.Stall());
    }
    Map<App, RegistryProxy> proxies = new HashMap<>();
    Map<App, Box> before = new HashMap<>();
    try {
      for (App app : faults.keySet()) {
        RegistryProxy proxy = new RegistryProxy(World.get().registry());
        proxies.put(app, proxy);
        app.registry = proxy.address();
        before.put(app, server.box(live(app), "web"));
        proxy.fail("/blobs/", faults.get(app));
        app.web("1.1.0").release("1.1.0", "web=1.1.0");
      }
      assertAll(before.keySet().stream().map(app -> () -> stayed(app, before.get(app))));
    } finally {
      proxies.values().forEach(RegistryProxy::close);
    }
  }

  private static void stayed(App app, Box before) {
    JsonNode record =
        server
            .until(
                Duration.ofMinutes(5),
                "the pull to fail",
                () -> server.ofVersion(app, "1.1.0"),
                found ->
                    !found.isEmpty() && found.getLast().path("status").asText().equals("failed"))
            .getLast();
    assertThat(record.path("failure").path("step").asText()).isEqualTo("pull");
    assertThat(server.box(app, "web"))
        .extracting(Box::id, Box::startedAt)
        .containsExactly(before.id(), before.startedAt());
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "the new container cannot be created",
      then = "the old one was not touched")
  void F38_createFailsAndTheOldOneWasNotTouched() {
    App app = live();
    Box before = server.box(app, "web");
    // The engine refuses to create it: a container cannot have less memory than 6 MB.
    app.compose("x-holdfast: { watch: 1s }", app.webService("web", "mem_limit: 1m"));
    app.release("1.1.0", "web=1.0.0");
    JsonNode record = ended(app, "1.1.0");
    assertThat(record.path("status").asText()).isIn("failed", "rolled-back");
    assertThat(record.path("failure").path("reason").asText()).containsIgnoringCase("memory");
    assertThat(server.box(app, "web"))
        .extracting(Box::id, Box::startedAt)
        .containsExactly(before.id(), before.startedAt());
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "the new container cannot be started",
      then = "the old one serves again")
  void F38_startFailsAfterTheOldOneWasStopped() throws IOException {
    App app = live();
    Box before = server.box(app, "web");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      app.compose(
          "x-holdfast: { watch: 1s }",
          app.webService("web", "ports: [\"127.0.0.1:" + taken.getLocalPort() + ":8080\"]"));
      app.release("1.1.0", "web=1.0.0");
      JsonNode record = server.awaitOutcome(app, "1.1.0", "rolled-back");
      assertThat(record.path("failure").path("reason").asText())
          .contains(Integer.toString(taken.getLocalPort()));
      assertThat(server.box(app, "web").id()).isEqualTo(before.id());
    }
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "a stranger's container has the name of a new service",
      then = "it is left alone, the reason names it")
  void F38_aStrangersContainerHoldsTheNameOfANewService() {
    App app = live();
    String image = World.get().registry() + "/base/busybox:1";
    server.docker().run("run", "-d", "--name", app.container("worker"), image, "sleep", "10000");
    String stranger =
        server
            .docker()
            .run("inspect", "-f", "{{.Id}} {{.State.StartedAt}}", app.container("worker"));
    Box before = server.box(app, "web");
    app.compose("x-holdfast: { watch: 1s }", app.webService("web") + app.webService("worker"));
    app.release("1.1.0", "worker=1.0.0");
    JsonNode record = ended(app, "1.1.0");
    assertThat(record.path("status").asText()).isIn("failed", "rolled-back");
    assertThat(server.box(app, "web").id()).isEqualTo(before.id());
    assertThat(
            server
                .docker()
                .run("inspect", "-f", "{{.Id}} {{.State.StartedAt}}", app.container("worker")))
        .isEqualTo(stranger);
    server.docker().run("rm", "-f", app.container("worker"));
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "ten failed starts in a row",
      then = "no name and no container is left behind")
  void F40_tenFailedStartsLeaveNoNamesBehind() {
    App app = live();
    Box before = server.box(app, "web");
    app.compose("x-holdfast: { watch: 1s }", app.webService("web", "command: [/no/such/program]"));
    app.release("1.1.0", "web=1.0.0");
    for (int i = 1; i <= 10; i++) {
      int attempts = i;
      server.until(
          Server.SOON,
          "attempt " + i,
          () -> server.ofVersion(app, "1.1.0"),
          found ->
              found.size() == attempts
                  && found.getFirst().path("status").asText().equals("rolled-back"));
      assertThat(server.boxes(app)).extracting(Box::name).containsExactly(app.container("web"));
      if (i < 10) {
        server.cli().run("retry", app.name).orFail();
      }
    }
    assertThat(server.box(app, "web").id()).isEqualTo(before.id());
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "the release that runs restarts again and again",
      then = "the fix replaces it")
  void F51_aContainerInARestartLoopIsReplacedByTheFix() {
    App app = server.app().ordinary();
    app.compose(
        "x-holdfast: { watch: 1s }\nvolumes: { data: {} }",
        app.webService(
            "web",
            "restart: always",
            "volumes: [\"data:/data\"]",
            "command: [sh, -c, \"[ ! -e /data/crash ] || exit 7; exec web\"]"));
    app.repo.push("may crash");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    server.docker().run("exec", app.container("web"), "touch", "/data/crash");
    server.docker().run("restart", "-t", "1", app.container("web"));
    server.until(
        Server.SOON, "a restart loop", () -> server.boxes(app), b -> b.getFirst().restarts() >= 2);
    app.web("1.1.0");
    app.compose(
        "x-holdfast: { watch: 1s }\nvolumes: { data: {} }",
        app.webService("web", "restart: always", "volumes: [\"data:/data\"]"));
    app.release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    assertThat(server.box(app, "web").restarts()).isZero();
  }

  @Test
  @Staged(
      part = Part.HEALTH,
      fault = "a container runs for some seconds only",
      then = "no success: the old one comes back")
  void F65_aContainerThatRunsForSomeSecondsOnlyIsNoSuccess() {
    App app = server.app().ordinary();
    app.compose("x-holdfast: { watch: 6s }", app.webService("web", "restart: always"));
    app.repo.push("restarts");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    String id = server.box(app, "web").id();
    app.web("dies", "EXIT_AFTER=3").release("1.1.0", "web=dies");
    JsonNode record = server.awaitOutcome(app, "1.1.0", "rolled-back");
    assertThat(record.path("failure").path("reason").asText()).contains("web");
    assertThat(server.box(app, "web").id()).isEqualTo(id);
    app.web("sickens", "UNHEALTHY_AFTER=3").release("1.2.0", "web=sickens");
    server.awaitOutcome(app, "1.2.0", "rolled-back");
    assertThat(server.box(app, "web").id()).isEqualTo(id);
  }

  @Test
  @Staged(
      part = Part.HEALTH,
      fault = "a bad release stays desired",
      then = "tried once, also under another tag, until something changes")
  void F72_aBadVersionIsTriedOnceUntilSomethingChanges() throws IOException {
    App app = live();
    String bad = World.get().registry() + "/" + app.name + "/web:";
    World.get().image("web", bad + "bad," + bad + "same", "1.1.0", "EXIT_AFTER=0.2");
    app.release("1.1.0", "web=bad");
    server.awaitOutcome(app, "1.1.0", "rolled-back");
    looks(app, 10);
    assertThat(server.ofVersion(app, "1.1.0")).hasSize(1);
    app.web("1.2.0").release("1.2.0", "web=1.2.0");
    server.awaitLive(app, "1.2.0");
    String id = server.box(app, "web").id();
    app.release("1.3.0", "web=same");
    server.awaitPhase(app, "Degraded");
    looks(app, 3);
    assertThat(server.ofVersion(app, "1.3.0")).as("the same bad digest under a new tag").isEmpty();
    assertThat(server.box(app, "web").id()).isEqualTo(id);
  }

  private void looks(App app, int number) throws IOException {
    double until = looks(app) + number;
    server.until(
        Duration.ofSeconds(60),
        number + " looks",
        () -> {
          try {
            return looks(app);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        },
        seen -> seen >= until);
  }

  private static double looks(App app) throws IOException {
    return server
        .api()
        .get("/q/metrics")
        .lines()
        .filter(line -> line.startsWith("holdfast_reconcile_duration_seconds_count"))
        .filter(line -> line.contains("app=\"" + app.name + "\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "the tag of the old release moves while it is rolled back to",
      then = "the old digest runs again")
  void F75_whatIsCalledRolledBackRunsTheOldDigestThoughTheTagMovedMeanwhile() {
    App app = live();
    Box before = server.box(app, "web");
    String image = before.all().path("Image").asText();
    app.web("bad", "HEALTH=fail").release("1.1.0", "web=bad");
    server.until(
        Server.SOON,
        "the update",
        () -> server.boxes(app),
        boxes -> boxes.stream().anyMatch(box -> box.runs() && !box.id().equals(before.id())));
    String moved = World.get().registry() + "/" + app.name + "/web:";
    World.get().image("web", moved + "1.0.0", "evil", "HEALTH=fail");
    server.awaitOutcome(app, "1.1.0", "rolled-back");
    assertThat(server.box(app, "web").id()).isEqualTo(before.id());
    server.docker().run("rm", "-f", before.id());
    Box again =
        server
            .until(
                Server.SOON,
                "it again",
                () -> server.boxes(app),
                boxes -> boxes.size() == 1 && boxes.getFirst().runs())
            .getFirst();
    assertThat(again.all().path("Image").asText()).isEqualTo(image);
    assertThat(List.of(again.version())).containsExactly("1.0.0");
  }
}
