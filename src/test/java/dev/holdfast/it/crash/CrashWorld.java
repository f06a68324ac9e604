package dev.holdfast.it.crash;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.it.WorldScripts;
import dev.holdfast.rig.SocketFaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * An engine and a registry of its own, one agent behind a proxy, several apps with a repository of
 * their own each, and containers of somebody else, which must stay as they are.
 */
final class CrashWorld implements AutoCloseable {
  static final Duration SETTLE_LIMIT = Duration.ofSeconds(150);

  private final WorldScripts scripts = new WorldScripts();
  private static final int LANES = Integer.getInteger("holdfast.lanes", 6);
  private final List<Lane> lasting = new ArrayList<>();
  private final Map<String, Lane> lanes = new TreeMap<>();
  private final Map<String, String> digests = new TreeMap<>();
  private final String registry;
  final EngineHttp engine;
  final SocketFaultProxy proxy;
  final HeldCalls calls;
  final HeldWrites writes;
  final CrashAgent agent;
  final Strangers strangers;

  CrashWorld(String... engineOptions) {
    this(LANES, engineOptions);
  }

  /** With another number of apps. */
  static CrashWorld of(int lanes, String... engineOptions) {
    return new CrashWorld(lanes, engineOptions);
  }

  private CrashWorld(int count, String... engineOptions) {
    List<String> start = new ArrayList<>(List.of("start", "main"));
    start.addAll(List.of(engineOptions));
    String host = scripts.run("engine.sh", start.toArray(String[]::new));
    registry = scripts.run("registry.sh", "start", "main", "auto", "none");
    engine = new EngineHttp(Path.of(host.substring("unix://".length())));
    image("1");
    image("2");
    image("bad", "HEALTH=fail");
    proxy = SocketFaultProxy.between(scripts.folder().resolve("proxy.sock"), engine.socket());
    calls = new HeldCalls(engine);
    proxy.script(calls);
    writes = new HeldWrites(scripts.folder().resolve("writes"));
    Map<String, String> environment =
        Map.of(
            "LD_PRELOAD", scripts.run("fault/build.sh"),
            "HOLD_DIR", writes.folder().toString(),
            // What is held in a write holds a carrier thread too.
            "HOLDFAST_JAVA_OPTS", "-Djdk.virtualThreadScheduler.parallelism=16");
    agent = new CrashAgent(scripts.folder(), proxy.host(), environment);
    strangers = new Strangers(engine, registry + "/origin/web:1");
    for (int i = 1; i <= count; i++) {
      lasting.add(newLane("u" + i));
    }
  }

  /** Apps that are there already: configured, deployed, settled, and the agent runs. */
  List<Lane> lasting() {
    if (!lanes.keySet().containsAll(lasting.stream().map(lane -> lane.app).toList())) {
      lasting.forEach(lane -> ask(lane, Lane.Scenario.FIRST));
      configure(lasting);
    }
    if (!agent.isAlive()) {
      agent.startAndWait();
    }
    awaitSettled(lasting);
    return List.copyOf(lasting);
  }

  /**
   * Ends the agent, so that it takes nothing from the next class; whether all is well for that one.
   */
  boolean leave() {
    try {
      Map<String, JsonNode> apps = agent.apps();
      boolean well = lasting.stream().allMatch(lane -> isSettled(lane, apps)) && check().isEmpty();
      kill();
      lasting.forEach(this::countFrom);
      return well;
    } catch (RuntimeException | AssertionError e) {
      return false;
    }
  }

  /** How many apps there are at a time. */
  int width() {
    return lasting.size();
  }

  /** Nothing is asked of the engine or written for it before the counts begin anew. */
  void ask(Lane lane, Lane.Scenario scenario) {
    countFrom(lane);
    lane.ask(scenario, LaneCheck.ids(lane, engine.containers(lane.app)));
  }

  /** As {@link #ask} for a rollback, and its image has to be pulled. */
  void askToPull(Lane lane) {
    engine.delete("/images/" + lane.bad());
    ask(lane, Lane.Scenario.ROLLBACK);
  }

  private void image(String tag, String... more) {
    String reference = registry + "/origin/web:" + tag;
    List<String> arguments = new ArrayList<>(List.of("web", reference, tag));
    arguments.addAll(List.of(more));
    scripts.run("images.sh", arguments.toArray(String[]::new));
    String pushed =
        engine.get("/images/" + reference + "/json").path("RepoDigests").get(0).asText();
    digests.put(tag, pushed.substring(pushed.indexOf('@') + 1));
  }

  String script(String name, String... arguments) {
    return scripts.run(name, arguments);
  }

  /** A new app with its repository; it is not configured yet. */
  Lane newLane(String app) {
    Path repositories =
        scripts.folder().resolve("registries/main/data/docker/registry/v2/repositories");
    Lane lane = new Lane(app, scripts.folder().resolve("sources").resolve(app), registry, digests);
    try {
      copy(repositories.resolve("origin"), repositories.resolve(app));
      Files.createDirectories(lane.source().getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lane;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  /** From now on these are the agent's apps; what other ones left on the engine is removed. */
  void configure(Collection<Lane> wanted) {
    Set<String> gone = new HashSet<>(lanes.keySet());
    lanes.clear();
    wanted.forEach(lane -> lanes.put(lane.app, lane));
    gone.removeAll(lanes.keySet());
    agent.configure(wanted);
    if (agent.isAlive()) {
      Waiting.until(
          "the agent has the apps " + lanes.keySet(),
          Duration.ofSeconds(20),
          () -> agent.apps().keySet().equals(lanes.keySet()),
          agent::tail);
    }
    gone.forEach(this::clear);
  }

  void clear(String app) {
    for (JsonNode container : engine.containers()) {
      if (app.equals(LaneCheck.project(container))) {
        engine.delete("/containers/" + container.get("Id").asText() + "?force=1");
      }
    }
    engine.delete("/networks/" + app + "_default");
    engine.delete("/volumes/" + app + "_data");
  }

  boolean isHeld(Lane lane) {
    return writes.isHeld(lane.app) || calls.isHeld(lane.app);
  }

  void countFrom(Lane lane) {
    writes.countFrom(lane.app);
    calls.countFrom(lane.app);
  }

  void holdAt(Lane lane, Point point) {
    switch (point.kind()) {
      case WRITE -> writes.holdAt(lane.app, point);
      case CALL -> calls.holdAt(lane.app, point);
    }
  }

  static boolean isSettled(Lane lane, Map<String, JsonNode> apps) {
    JsonNode view = apps.get(lane.app);
    return view != null && lane.isSettled(view);
  }

  /** kill -9, with nothing under way after it. */
  void kill() {
    agent.kill();
    calls.release();
    Waiting.until(
        "no connection of the dead agent is open",
        Duration.ofSeconds(10),
        () -> proxy.openConnections() == 0);
  }

  void awaitSettled(Collection<Lane> waited) {
    awaitSettled(waited, SETTLE_LIMIT);
  }

  void awaitSettled(Collection<Lane> waited, Duration limit) {
    Waiting.until(
        "all apps settle",
        limit,
        () -> {
          Map<String, JsonNode> apps = agent.apps();
          return waited.stream().allMatch(lane -> isSettled(lane, apps));
        },
        () -> agent.apps() + "\n" + agent.tail());
  }

  /**
   * As {@link #awaitSettled}, where the fault may have cost the update: what came of it counts from
   * now on.
   */
  void awaitSettledEither(Collection<Lane> waited, Duration limit) {
    Waiting.until(
        "each app settles at the new or the old release",
        limit,
        () -> {
          Map<String, JsonNode> apps = agent.apps();
          return waited.stream()
              .allMatch(l -> apps.containsKey(l.app) && l.isSettledEither(apps.get(l.app)));
        },
        () -> agent.apps() + "\n" + agent.tail());
    Map<String, JsonNode> apps = agent.apps();
    waited.forEach(lane -> lane.accept(apps.get(lane.app)));
  }

  /** What is wrong with the apps that have settled, and with what is not theirs. */
  List<String> check() {
    return check(lanes.values());
  }

  /** As {@link #check()}, while others of the apps are still deployed. */
  List<String> check(Collection<Lane> settled) {
    List<String> found = new ArrayList<>();
    List<JsonNode> all = engine.containers();
    Map<String, JsonNode> apps = agent.apps();
    settled.forEach(
        lane ->
            LaneCheck.of(lane, apps.get(lane.app), agent.state(), all, engine)
                .forEach(text -> found.add(lane.app + ": " + text)));
    found.addAll(strangers.changes());
    Set<String> projects = new TreeSet<>(all.stream().map(LaneCheck::project).toList());
    projects.removeAll(lanes.keySet());
    if (!projects.equals(Set.of(Strangers.PROJECT))) {
      found.add("3: containers of nobody: " + projects);
    }
    found.addAll(complaints());
    return found;
  }

  private List<String> complaints() {
    try (Stream<String> lines = Files.lines(agent.log())) {
      return lines
          .filter(line -> line.startsWith("\tat "))
          .limit(1)
          .map(l -> "12: a stack in the agent's log:" + l)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    agent.close();
    proxy.close();
    scripts.close();
  }
}
