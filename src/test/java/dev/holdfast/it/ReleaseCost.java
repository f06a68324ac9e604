package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.rig.SocketFaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * From a commit that is pushed to its release confirmed, told by a hook, with images that are there
 * already and nothing to watch; beside it the very calls that the agent made, by curl in a row.
 */
final class ReleaseCost {
  private static final int RUNS = 9;
  private static final String SECRET = "bench-hook";
  private final Server server;
  private final CostTable table;
  private final List<EngineReplay.Call> calls = new ArrayList<>();
  private App app;
  private int version;

  ReleaseCost(Server server, CostTable table) {
    this.server = server;
    this.table = table;
  }

  void measure() {
    server.every("1h");
    server.agent().environment.put("HOLDFAST_JAVA_OPTS", "");
    server.settings.add("hooks: { git: { secret-file: " + server.secret("hook", SECRET) + " } }");
    Path engine = Path.of(server.engineHost().substring("unix://".length()));
    try (SocketFaultProxy proxy =
        SocketFaultProxy.between(server.folder().resolve("engine.sock"), engine)) {
      proxy.script(this::note);
      server.dockerHost = proxy.host();
      double[] agent = byAgent();
      compare(agent, engine);
    }
  }

  private synchronized dev.holdfast.rig.SocketFault note(String request, byte[] body) {
    calls.add(new EngineReplay.Call(request, new String(body, StandardCharsets.UTF_8)));
    return null;
  }

  private double[] byAgent() {
    app = server.app().web("t0").web("t1");
    for (String tag : List.of("t0", "t1")) {
      server.docker().run("pull", "-q", app.image("web") + ":" + tag);
    }
    app.compose("x-holdfast: { watch: 0s }", app.webService("web"))
        .versions("0", Map.of("web", "t0"));
    app.repo.push("0");
    server.add(app);
    server.awaitLive(app, "0");
    double[] seconds = new double[RUNS];
    for (int i = -2; i < RUNS; i++) {
      double took = update();
      seconds[Math.max(i, 0)] = took;
    }
    return seconds;
  }

  /** Seconds from the push that is done to the end in the record. */
  private double update() {
    version++;
    String name = Integer.toString(version);
    app.versions(name, Map.of("web", "t" + version % 2));
    app.repo.push(name);
    synchronized (this) {
      calls.clear();
    }
    Instant pushed = Instant.now();
    hook();
    server.awaitLive(app, name);
    JsonNode record = server.awaitOutcome(app, name, "succeeded");
    return Duration.between(pushed, Instant.parse(record.path("ended_at").asText())).toNanos()
        / 1e9;
  }

  private void hook() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/hooks/git"))
            .header("X-Gitlab-Token", SECRET)
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(202);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void compare(double[] agent, Path engine) {
    String before = server.box(app, "web").id();
    update();
    IdleCost.pause(Duration.ofSeconds(1));
    String after = server.box(app, "web").id();
    printSteps();
    server.agent().stop();
    EngineReplay replay = new EngineReplay(engine, List.copyOf(calls), before, after);
    double[] byHand = new double[RUNS];
    double[] start = new double[RUNS];
    double[] needed = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      EngineReplay.Took took = replay.run(server.folder());
      byHand[i] = took.all();
      start[i] = took.start();
      needed[i] = took.needed();
    }
    table.put(
        "push to confirmed, told by a hook", agent, "s", "", "its engine calls by curl", byHand);
    double own = CostTable.median(start);
    double[] less = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      less[i] = agent[i] - own;
    }
    table.put("push to confirmed, less the app's own start", less, "s", "0.3");
    table.put("the app's own start", start, "s", "");
    table.put(
        "its " + replay.size() + " engine calls by curl, less the app's own start",
        CostTable.median(byHand) - own,
        "s",
        "");
    table.put("its engine calls by curl, create, stop, start and remove alone", needed, "s", "");
    table.put("docker-compose pull && up -d", byCompose(), "s", "");
    server.dockerHost = null;
    server.configure();
    server.agent().start();
    server.awaitPhase(app, "Synced");
  }

  private void printSteps() {
    JsonNode record = server.ofVersion(app, Integer.toString(version)).getFirst();
    for (JsonNode step : record.path("steps")) {
      Duration took =
          Duration.between(
              Instant.parse(step.path("started_at").asText()),
              Instant.parse(step.path("ended_at").asText()));
      System.out.println(
          "bench: step " + step.path("step").asText() + " " + took.toMillis() + " ms");
    }
    synchronized (this) {
      calls.forEach(call -> System.out.println("bench: call " + call.request()));
    }
  }

  private double[] byCompose() {
    double[] seconds = new double[RUNS];
    try {
      Path folder = Files.createTempDirectory(server.folder(), "compose");
      for (int i = -1; i < RUNS; i++) {
        Files.writeString(
            folder.resolve("docker-compose.yml"),
            "version: '2.4'\nservices:\n  web:\n    image: "
                + app.image("web")
                + ":t"
                + (i + 2) % 2
                + "\n    stop_grace_period: 2s\n");
        long begun = System.nanoTime();
        for (List<String> words : List.of(List.of("pull", "-q"), List.of("up", "-d"))) {
          List<String> command = new ArrayList<>(List.of("docker-compose", "-p", "beside"));
          command.addAll(words);
          Shell.run(command, folder, Map.of("DOCKER_HOST", server.engineHost())).orFail();
        }
        seconds[Math.max(i, 0)] = (System.nanoTime() - begun) / 1e9;
      }
      Shell.run(
          List.of("docker-compose", "-p", "beside", "down", "-t", "1"),
          folder,
          Map.of("DOCKER_HOST", server.engineHost()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return seconds;
  }
}
