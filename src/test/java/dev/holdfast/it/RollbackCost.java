package dev.holdfast.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * From the probe that failed for good to the old release answering again, where the service is
 * recreated; beside it a person's {@code docker stop} and {@code docker start} of two containers on
 * a network like the app's.
 *
 * <p>Measured twice. First nobody asks between the stop and the start: the figure is what the agent
 * adds to the engine's own time. Then a client asks all the while: the host looks for the address
 * of a container that is not there yet, and looks again a second later, whoever starts it.
 */
final class RollbackCost {
  private static final int RUNS = 7;
  private static final String NETWORK = "byhand";
  private final Server server;
  private final CostTable table;
  private final int port = freePort();
  private App app;
  private int releases;

  RollbackCost(Server server, CostTable table) {
    this.server = server;
    this.table = table;
  }

  void measure() {
    server.agent().environment.put("HOLDFAST_JAVA_OPTS", "");
    app = server.app().web("good");
    server.docker().run("pull", "-q", app.image("web") + ":good");
    for (int i = 0; i <= 2 * RUNS; i++) {
      // Each another release: one that failed is not tried twice.
      app.web("bad" + i, "HEALTH=fail");
      server.docker().run("pull", "-q", app.image("web") + ":bad" + i);
    }
    double[] byHand = new double[RUNS];
    double[] byHandAsked = new double[RUNS];
    byHand(byHand, byHandAsked);
    app.compose(
        "x-holdfast: { watch: 0s }",
        app.webService("web", "ports: [\"127.0.0.1:" + port + ":8080\"]"));
    app.versions("0", Map.of("web", "good"));
    app.repo.push("0");
    server.add(app);
    server.awaitLive(app, "0");
    double[] seconds = new double[RUNS];
    double[] asked = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      seconds[i] = back(false);
      asked[i] = back(true);
    }
    table.put(
        "probe failed to the old release answering, recreate",
        seconds,
        "s",
        "ratio 1.15",
        "docker stop && docker start",
        byHand);
    table.put(
        "the same while a client asks all the time",
        asked,
        "s",
        "",
        "docker stop && docker start",
        byHandAsked);
    app.versions("good again", Map.of("web", "good"));
    app.repo.push("good again");
    server.awaitLive(app, "good again");
  }

  private double back(boolean isAsked) {
    releases++;
    String version = "bad" + releases;
    String old = server.box(app, "web").id();
    Instant answered;
    try (EngineEvents events = EngineEvents.of(server.engineHost())) {
      app.versions(version, Map.of("web", version));
      app.repo.push(version);
      awaitVersion(version);
      if (!isAsked) {
        events.await("container start " + old);
      }
      answered = awaitVersion("good");
    }
    JsonNode record = server.awaitOutcome(app, version, "rolled-back");
    Instant failed = Instant.EPOCH;
    for (JsonNode step : record.path("steps")) {
      if (step.path("status").asText().equals("failed")) {
        failed = Instant.parse(step.path("ended_at").asText());
      }
    }
    return Duration.between(failed, answered).toNanos() / 1e9;
  }

  private void byHand(double[] seconds, double[] asked) {
    String old = "byhand-old";
    String fresh = "byhand-new";
    String publish = "127.0.0.1:" + port + ":8080";
    server.docker().run("network", "create", NETWORK);
    for (String name : List.of(old, fresh)) {
      String tag = name.equals(old) ? ":good" : ":bad0";
      server
          .docker()
          .run(
              "create",
              "--name",
              name,
              "--network",
              NETWORK,
              "-p",
              publish,
              app.image("web") + tag);
    }
    for (int i = 0; i < RUNS; i++) {
      seconds[i] = byHand(old, fresh, false);
      asked[i] = byHand(old, fresh, true);
    }
    server.docker().run("rm", old, fresh);
    server.docker().run("network", "rm", NETWORK);
  }

  private double byHand(String old, String fresh, boolean isAsked) {
    server.docker().run("start", fresh);
    awaitVersion("bad0");
    Instant begun = Instant.now();
    CompletableFuture<Instant> answered =
        isAsked ? CompletableFuture.supplyAsync(() -> awaitVersion("good")) : null;
    server.docker().run("stop", fresh);
    server.docker().run("start", old);
    Instant end = answered == null ? awaitVersion("good") : answered.join();
    server.docker().run("stop", old);
    return Duration.between(begun, end).toNanos() / 1e9;
  }

  /** When it first answered with that version. */
  private Instant awaitVersion(String wanted) {
    Instant end = Instant.now().plusSeconds(60);
    while (Instant.now().isBefore(end)) {
      if (wanted.equals(answer())) {
        return Instant.now();
      }
      IdleCost.pause(Duration.ofMillis(3));
    }
    throw new AssertionError("version " + wanted + " does not answer on " + port);
  }

  private String answer() {
    try {
      HttpURLConnection ask =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + "/version").toURL().openConnection();
      ask.setConnectTimeout(500);
      ask.setReadTimeout(500);
      return new String(ask.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static int freePort() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
