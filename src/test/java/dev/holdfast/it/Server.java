package dev.holdfast.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
  static final Duration SOON = Duration.ofSeconds(120);
  private final List<App> apps = new ArrayList<>();
  private boolean shared;
  private String engine;
  private String engineHost;
  private Docker docker;
  private Path folder = Path.of("/nowhere");
  private AgentProcess agent;
  private Api api;
  private Cli cli;

  /** Further top-level lines of agent.yaml. */
  final List<String> settings = new ArrayList<>();

  /** The engine's address for the agent, such as a proxy's; null: the world's engine. */
  String dockerHost;

  /** What `api.token-file` names; null: nothing. */
  Path tokenFile;

  private String interval = "1s";
  private int port;

  /** How often the agent looks by itself. */
  Server every(String duration) {
    interval = duration;
    return this;
  }

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
    engineHost =
        engine == null ? World.get().engine() : World.get().once("engine.sh", "start", engine);
    docker = new Docker(engineHost);
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

  /** Of the agent's API on loopback. */
  int port() {
    return port;
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
    return docker;
  }

  /** {@code unix:///…} of the engine itself, whatever lies before it. */
  String engineHost() {
    return engineHost;
  }

  /** Another engine than the shared one, which the test may stop, kill and prune. */
  Server withEngineOfItsOwn(String name) {
    engine = name;
    return this;
  }

  /** A command of engine.sh for the engine of its own: stop, start, kill9. */
  void engine(String command) {
    World.get().scripts().run("engine.sh", command, Objects.requireNonNull(engine));
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

  /** `holdfast agent --once` over one app, with a state of its own. */
  record Once(Path config) {
    Shell.Ended run() {
      return Shell.run(List.of(Cli.program(), "agent", "--once", "--config", config.toString()));
    }
  }

  Once once(App app) {
    apps.add(app);
    Path config = folder.resolve("once-" + app.name + ".yaml");
    write(config, folder.resolve("once-" + app.name), "off", List.of(app));
    return new Once(config);
  }

  /** A file that only its owner may read, as agent.yaml's `*-file` keys want it. */
  Path secret(String name, String content) {
    try {
      Path file = Files.writeString(folder.resolve(name), content + "\n");
      return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes agent.yaml and the env files anew. */
  void configure() {
    write(folder.resolve("agent.yaml"), folder, "127.0.0.1:" + port, apps);
  }

  private void write(Path config, Path home, String listen, List<App> known) {
    List<String> lines = new ArrayList<>();
    lines.add("server: it");
    lines.add("environment: test");
    lines.add("state: " + home.resolve("state"));
    lines.add("docker: { host: \"" + engineAddress() + "\" }");
    String token = tokenFile == null ? "" : ", token-file: " + tokenFile;
    lines.add(
        "api: { socket: " + home.resolve("s") + ", listen: \"" + listen + "\"" + token + " }");
    lines.add("interval: " + interval);
    lines.addAll(settings);
    lines.add(known.isEmpty() ? "apps: {}" : "apps:");
    try {
      for (App app : known) {
        Path env = secret(app.name + ".env", app.env);
        lines.add("  " + app.name + ":");
        lines.add("    source: { " + app.source + " }");
        lines.add("    env-files: [" + env + "]");
        app.settings.forEach(line -> lines.add("    " + line));
      }
      Path fresh = folder.resolve("agent.yaml.new");
      Files.writeString(fresh, String.join("\n", lines) + "\n");
      Files.move(
          fresh, config, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String engineAddress() {
    return Objects.requireNonNullElse(dockerHost, engineHost);
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
    List<String> removal = new ArrayList<>(List.of("rm", "-f", "-v"));
    docker().boxes(project).forEach(box -> removal.add(box.id()));
    if (removal.size() > 3) {
      docker().tried(removal.toArray(String[]::new));
    }
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
