package dev.holdfast.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server with one agent: its agent.yaml, state, socket, port and log in a folder of its own.
 *
 * <p>{@code @RegisterExtension static final Server server} is one agent for all tests of a class, a
 * field that is not static one for each test. A test makes apps of its own with {@link #app} and
 * hands them over with {@link #add}; after it the {@link PromiseChecker} holds the promises over
 * them, and they and their containers go. A test that fails prints the agent's log.
 */
final class Server
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  static final Duration SOON = Duration.ofSeconds(60);
  private final List<App> apps = new ArrayList<>();
  private boolean shared;
  private Path folder = Path.of("/nowhere");
  private AgentProcess agent;
  private Api api;
  private Cli cli;

  /** Further top-level lines of agent.yaml. */
  final List<String> settings = new ArrayList<>();

  /** The engine's address for the agent, such as a proxy's; null: the world's engine. */
  String dockerHost;

  String interval = "1s";
  private int port;

  @Override
  public void beforeAll(ExtensionContext context) {
    shared = true;
    open(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (!shared) {
      open(context);
    }
  }

  private void open(ExtensionContext context) {
    new World.Started().beforeAll(context);
    try {
      folder = Files.createTempDirectory(World.get().scripts().folder(), "s");
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = free.getLocalPort();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    agent = new AgentProcess(folder.resolve("agent.yaml"), folder.resolve("agent.log"));
    api = new Api(port);
    cli = new Cli(folder.resolve("s"));
  }

  Path folder() {
    return folder;
  }

  Path state() {
    return folder.resolve("state");
  }

  AgentProcess agent() {
    return agent;
  }

  Api api() {
    return api;
  }

  Cli cli() {
    return cli;
  }

  Docker docker() {
    return World.get().docker();
  }

  /** A new app that the agent does not know yet. */
  App app() {
    return new App(World.get(), "app" + World.next());
  }

  /** Lets the agent know these apps as well, and starts it where it does not run. */
  void add(App... more) {
    apps.addAll(List.of(more));
    configure();
    if (!agent.alive()) {
      agent.start();
    } else {
      agent.signal("HUP");
    }
  }

  /** Writes agent.yaml and the env files anew. */
  void configure() {
    try {
      StringBuilder text = new StringBuilder();
      text.append("server: it\nenvironment: test\nstate: ").append(state()).append('\n');
      text.append("docker: { host: \"").append(engineAddress()).append("\" }\n");
      text.append("api: { socket: ").append(folder.resolve("s")).append(", listen: 127.0.0.1:");
      text.append(port).append(" }\ninterval: ").append(interval).append('\n');
      settings.forEach(line -> text.append(line).append('\n'));
      text.append(apps.isEmpty() ? "apps: {}\n" : "apps:\n");
      for (App app : apps) {
        Path env = folder.resolve(app.name + ".env");
        Files.writeString(env, app.env);
        Files.setPosixFilePermissions(env, PosixFilePermissions.fromString("rw-------"));
        text.append("  ").append(app.name).append(":\n    source: { ").append(app.source);
        text.append(" }\n    env-files: [").append(env).append("]\n");
        app.settings.forEach(line -> text.append("    ").append(line).append('\n'));
      }
      Path fresh = folder.resolve("agent.yaml.new");
      Files.writeString(fresh, text);
      Files.move(
          fresh,
          folder.resolve("agent.yaml"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING,
          java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String engineAddress() {
    return Objects.requireNonNullElse(dockerHost, World.get().engine());
  }

  /** The app as the API shows it; missing where the agent does not answer. */
  JsonNode look(App app) {
    try {
      return api.app(app.name);
    } catch (IOException e) {
      return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }
  }

  /** The app's deployments, newest first. */
  List<JsonNode> deployments(App app) {
    try {
      return api.deployments(app.name);
    } catch (IOException e) {
      return List.of();
    }
  }

  List<Box> boxes(App app) {
    return docker().boxes(app.name);
  }

  /** The one container of a service that runs. */
  Box box(App app, String service) {
    List<Box> found =
        boxes(app).stream().filter(b -> b.service().equals(service) && b.runs()).toList();
    if (found.size() != 1) {
      throw new AssertionError(service + " of " + app.name + " has " + found + " of " + boxes(app));
    }
    return found.getFirst();
  }

  /** Waits until the app shows this, within {@link #SOON}; what it shows then. */
  JsonNode await(App app, String what, Predicate<JsonNode> condition) {
    return until(SOON, app.name + ": " + what, () -> look(app), condition);
  }

  JsonNode awaitPhase(App app, String phase) {
    return await(app, phase, view -> view.path("phase").asText().equals(phase));
  }

  /** Waits until this `version` of versions.yaml is confirmed and nothing is to be done. */
  JsonNode awaitLive(App app, String version) {
    return await(
        app,
        version + " live",
        view ->
            view.path("phase").asText().equals("Synced")
                && view.path("version").asText().equals(version)
                && view.path("desired").path("version").asText().equals(version));
  }

  /** Waits until the newest deployment of this version ended; its record. */
  JsonNode awaitOutcome(App app, String version, String outcome) {
    return until(
            SOON,
            app.name + ": " + version + " " + outcome,
            () -> ofVersion(app, version),
            found -> !found.isEmpty() && found.getFirst().path("status").asText().equals(outcome))
        .getFirst();
  }

  List<JsonNode> ofVersion(App app, String version) {
    return deployments(app).stream()
        .filter(record -> record.path("version").asText().equals(version))
        .toList();
  }

  /** Polls with a deadline; on failure the last seen value and the agent's log are in the error. */
  <T> T until(Duration limit, String what, Supplier<T> look, Predicate<T> condition) {
    long end = System.nanoTime() + limit.toNanos();
    T seen = look.get();
    while (!condition.test(seen)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited " + limit + " for " + what + "; last seen: " + seen);
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
      seen = look.get();
    }
    return seen;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    try {
      if (context.getExecutionException().isEmpty()) {
        apps.forEach(app -> PromiseChecker.check(this, app));
        World.get().foreign().assertUntouched();
      }
    } catch (AssertionError e) {
      explain(context);
      throw e;
    } finally {
      if (context.getExecutionException().isPresent()) {
        explain(context);
      }
      clear();
    }
  }

  private void explain(ExtensionContext context) {
    System.out.println("=== " + context.getDisplayName() + ": the agent's log");
    String log = agent.log();
    System.out.println(log.substring(Math.max(0, log.length() - 15_000)));
    for (App app : apps) {
      System.out.println("=== " + app.name + " " + look(app));
      deployments(app).forEach(System.out::println);
      boxes(app).forEach(System.out::println);
    }
  }

  /** The tested apps leave agent.yaml; what they leave on the engine is removed here. */
  private void clear() {
    List<App> gone = List.copyOf(apps);
    apps.clear();
    if (shared && agent.alive()) {
      configure();
      agent.signal("HUP");
      gone.forEach(
          app ->
              until(
                  SOON,
                  app.name + " to leave",
                  () -> look(app),
                  view -> view.isMissingNode() || !view.has("app")));
    } else {
      agent.close();
    }
    gone.forEach(app -> remove(app.name));
  }

  private void remove(String project) {
    String label = "label=com.docker.compose.project=" + project;
    docker().boxes(project).forEach(box -> docker().tried("rm", "-f", "-v", box.id()));
    docker()
        .run("network", "ls", "-q", "--filter", label)
        .lines()
        .forEach(id -> docker().tried("network", "rm", id));
    docker()
        .run("volume", "ls", "-q", "--filter", label)
        .lines()
        .forEach(id -> docker().tried("volume", "rm", id));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    agent.close();
  }
}
