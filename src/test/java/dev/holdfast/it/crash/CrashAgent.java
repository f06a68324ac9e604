package dev.holdfast.it.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The agent as it is delivered, over a state directory of its own; it can die and be started anew.
 */
final class CrashAgent implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Path folder;
  private final String dockerHost;
  private final Map<String, String> environment;
  private final int port;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private @Nullable Process process;
  private int starts;

  /**
   * @param folder for agent.yaml, state and log
   * @param environment of the process, beyond this one's
   */
  CrashAgent(Path folder, String dockerHost, Map<String, String> environment) {
    this.folder = folder;
    this.dockerHost = dockerHost;
    this.environment = Map.copyOf(environment);
    this.port = freePort();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path state() {
    return folder.resolve("state");
  }

  Path log() {
    return folder.resolve("agent.log");
  }

  int starts() {
    return starts;
  }

  /** One that runs takes them up within an interval. */
  void configure(Collection<Lane> lanes) {
    StringBuilder yaml =
        new StringBuilder("state: " + state() + "\n")
            .append("docker: { host: " + dockerHost + " }\n")
            .append("api: { socket: " + folder.resolve("a.sock") + ", listen: 127.0.0.1:" + port)
            .append(" }\ninterval: 1s\nconcurrency: 16\napps:\n");
    for (Lane lane : lanes) {
      yaml.append("  " + lane.app + ": { source: { directory: " + lane.source() + " } }\n");
    }
    try {
      Path fresh = Files.writeString(folder.resolve("agent.yaml.new"), yaml);
      Files.move(fresh, folder.resolve("agent.yaml"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ProcessBuilder command(Path config) {
    Path program = Path.of(System.getProperty("holdfast.dist"), "bin", "holdfast");
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "agent", "--config", config.toString());
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true);
  }

  void start() {
    try {
      process =
          command(folder.resolve("agent.yaml"))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
      starts++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void startAndWait() {
    start();
    Waiting.until("the agent answers", START_LIMIT, () -> !apps().isEmpty());
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** SIGKILL. */
  void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      await(running, Duration.ofSeconds(20));
    }
  }

  /** SIGTERM; how long it took to end, and its exit status. */
  Map.Entry<Duration, Integer> terminate(Duration limit) {
    Process running = java.util.Objects.requireNonNull(process);
    long begun = System.nanoTime();
    running.destroy();
    await(running, limit);
    return Map.entry(Duration.ofNanos(System.nanoTime() - begun), running.exitValue());
  }

  private void await(Process running, Duration limit) {
    try {
      if (!running.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the agent did not end within " + limit + "\n" + tail());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The apps by name as the agent tells of them; none where it does not answer. */
  Map<String, JsonNode> apps() {
    Map<String, JsonNode> found = new HashMap<>();
    try {
      for (JsonNode app : get("/api/v1/apps")) {
        found.put(app.get("app").asText(), app);
      }
    } catch (IOException e) {
      found.clear();
    }
    return found;
  }

  JsonNode get(String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      return JSON.readTree(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** The last lines of its log, for a failure. */
  String tail() {
    try {
      List<String> lines = Files.readAllLines(log());
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }

  @Override
  public void close() {
    kill();
    http.close();
  }
}
