package dev.holdfast.sim;

import dev.holdfast.docker.ContainerRequest;
import dev.holdfast.docker.Engine;
import dev.holdfast.docker.EngineException;
import dev.holdfast.docker.MountedContent;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Likeness;
import dev.holdfast.model.Neighbour;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.Usage;
import dev.holdfast.model.Vitals;
import dev.holdfast.model.VolumeSpec;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An engine on the heap that obeys, remembers and lets containers live. It breaks on request: a
 * call can be answered with an error before or after it took effect. Every change is held against
 * the promises that must hold at each moment.
 */
final class FakeEngine implements Engine {
  private final FakeTime time;
  private final Events events;
  final Map<String, FakeContainer> containers = new LinkedHashMap<>();
  final Map<String, Behaviour> behaviours = new HashMap<>();
  final SortedSet<String> networks = new TreeSet<>();
  final SortedSet<String> volumes = new TreeSet<>();
  final SortedSet<String> images = new TreeSet<>();
  final SortedSet<String> unpullable = new TreeSet<>();
  final Set<String> migrated = new HashSet<>();
  private final Set<String> ended = new HashSet<>();
  private final Map<String, Integer> tries = new HashMap<>();
  final FakeData data = new FakeData();
  boolean networkBroken;
  boolean execsFail;

  /** Ids of containers that this engine cannot start, or let go on. */
  final Set<String> cannotStart = new HashSet<>();

  /** Of which an engine that died has left something half started. */
  Predicate<FakeContainer> stuck = container -> false;

  private final Map<String, Orphan> orphans = new HashMap<>();

  /** What a container does to which somebody's input and output are attached. */
  Consumer<FakeContainer> onConverse = container -> {};

  /** Asked at each look whether a container is reached: whether the network is mended by then. */
  Predicate<Instant> mends = at -> false;

  /** How long a command goes on whose agent died. */
  Duration orphanLasts = Duration.ofSeconds(20);

  /** Asked at each pull before it begins; what it throws is what came of it. */
  Runnable onPull = () -> {};

  /** Whether a call fails when it is made for the nth time. */
  BiPredicate<String, Integer> troubled = (what, nth) -> false;

  /** What every query gives; null: there is no Prometheus. */
  @Nullable Double measured;

  final FakePrometheus prometheus = new FakePrometheus(this);
  private final Moments moments;

  private int ids;
  private boolean down;

  /** How often it was asked to start a container. */
  long starts;

  private @Nullable Instant lastAway;

  FakeEngine(FakeTime time, Events events) {
    this.time = time;
    this.events = events;
    this.moments = new Moments(containers.values(), time, events::violation);
  }

  /** Says of each call whether it is to go wrong, and hears of it before and after. */
  interface Events {
    Fault call(String what);

    void done(String what);

    void violation(String what);

    void removing(FakeContainer container);

    void settingAside(FakeContainer container);

    Moments.Stand stand();

    /** Data is about to be replaced. */
    default void restoring() {}

    /** Data is read. */
    default void saving() {}

    /** A container is started. */
    default void starting(FakeContainer container) {}

    /** A migration begins. */
    default void migrating(FakeContainer container) {}

    /** How much has come about so far that is none of the agent's doing. */
    int cameAbout();
  }

  enum Fault {
    NONE,
    LOST_BEFORE,
    LOST_AFTER
  }

  void setDown(boolean isDown) {
    down = isDown;
  }

  /** dockerd is killed and started again: containers stop, and come back by their policy. */
  void restart(boolean killed) {
    for (FakeContainer container : containers.values()) {
      if (container.state == State.RUNNING) {
        container.state = State.EXITED;
        container.exitCode = 137;
        boolean comesBack =
            switch (container.restart.name()) {
              case ALWAYS -> true;
              case UNLESS_STOPPED -> !killed;
              case ON_FAILURE, NO -> false;
            };
        if (comesBack) {
          container.start(time.now());
        }
      } else if (container.restart.name() == RestartPolicy.Name.ALWAYS
          && container.startedAt != null) {
        container.revive(time.now());
      }
    }
    moments.check("engine restart", null, events.stand());
  }

  /** From now on two containers of a service may run, because a person made it so. */
  void duplicatesByHand() {
    moments.duplicatesByHand();
  }

  void squat(String name) {
    if (containers.values().stream().noneMatch(c -> c.name.equals(name))) {
      String id = "f0f0%060x".formatted(++ids);
      containers.put(id, new FakeContainer(id, name, time.now()));
    }
  }

  String describe() {
    return containers.values().stream()
        .map(
            c ->
                c.name
                    + " "
                    + c.state
                    + " "
                    + c.restart.name()
                    + " of "
                    + c.labels.get(Labels.DEPLOYMENT))
        .toList()
        .toString();
  }

  void live() {
    endOrphans();
    for (FakeContainer container : containers.values()) {
      container.live(time.now());
      if (container.migration && Integer.valueOf(0).equals(container.exitCode)) {
        if (ended.add(container.id)) {
          ended(container);
        }
      }
    }
  }

  /** A migration destroys rows; what empties a volume leaves none, as often as it is run. */
  private void ended(FakeContainer container) {
    String label = container.labels.getOrDefault(Labels.MIGRATION, "");
    if (label.contains("/empty-")) {
      data.files = "";
    } else if (!label.contains("/check-")) {
      migrated.add(label);
      data.rows = "migrated by " + label;
    }
  }

  /** It looks into a volume, or empties it. */
  private static boolean isOfData(FakeContainer container) {
    String label = container.labels.getOrDefault(Labels.MIGRATION, "");
    return label.contains("/check-") || label.contains("/empty-");
  }

  private void change(String what, Runnable action) {
    int known = events.cameAbout();
    reach();
    Fault fault = events.call(what);
    if (troubled.test(what, tries.merge(what, 1, Integer::sum))) {
      throw notDone(what);
    }
    if (fault == Fault.LOST_BEFORE) {
      throw notDone(what);
    }
    Map<String, Integer> served = moments.served();
    Moments.Stand stand = events.stand();
    action.run();
    // What somebody did while the call was on its way, its caller could not know.
    moments.check(what, events.cameAbout() == known ? served : null, stand);
    events.done(what);
    if (fault == Fault.LOST_AFTER) {
      throw new EngineException.Ambiguous(what + ": the answer was lost", null);
    }
  }

  /** Of a start the real engine is asked what became of it, so that nothing of it is unknown. */
  private static EngineException notDone(String what) {
    return what.startsWith("start ")
        ? new EngineException.NotStarted(what + ": not just now")
        : new EngineException.Ambiguous(what + ": the engine did not answer", null);
  }

  private void reach() {
    if (down) {
      lastAway = time.now();
      throw new EngineException.Unreachable("could not reach the engine", null);
    }
    live();
  }

  private FakeContainer known(String id) {
    FakeContainer container = containers.get(id);
    if (container == null) {
      throw new EngineException.NotFound("No such container: " + id);
    }
    return container;
  }

  @Override
  public @Nullable Instant lastAway() {
    return lastAway;
  }

  @Override
  public EngineInfo info() {
    reach();
    return new EngineInfo("20.10.24", "1.41", "linux", "amd64", "/var/lib/docker");
  }

  @Override
  public ObservedState observe(String app, @Nullable Release wanted) {
    reach();
    return new ObservedState(
        app,
        containers.values().stream()
            .filter(c -> app.equals(c.labels.get(Labels.COMPOSE_PROJECT)))
            .map(c -> c.observed(time.now()))
            .toList(),
        networks,
        volumes);
  }

  @Override
  public Vitals vitals(String id) {
    reach();
    return known(id).vitals(time.now());
  }

  /** Its processor never rests and its memory never grows. */
  @Override
  public Optional<Usage> usage(String id) {
    reach();
    FakeContainer container = known(id);
    Instant begun = container.vitals(time.now()).startedAt();
    return begun == null
        ? Optional.empty()
        : Optional.of(
            new Usage(time.now(), Duration.between(begun, time.now()).toNanos(), 1 << 20));
  }

  @Override
  public List<String> logSince(String id, Instant since, int lines) {
    reach();
    return known(id).printed;
  }

  @Override
  public Optional<LocalImage> image(PinnedImage image) {
    reach();
    return images.contains(image.pullReference())
        ? Optional.of(new LocalImage("sha256:x", "amd64"))
        : Optional.empty();
  }

  @Override
  public void pull(
      PinnedImage image, @Nullable RegistryLogin login, Consumer<PullProgress> progress) {
    onPull.run();
    if (unpullable.contains(image.pullReference())) {
      reach();
      throw new EngineException.Refused("manifest unknown: " + image.pullReference());
    }
    change("pull", () -> images.add(image.pullReference()));
  }

  @Override
  public String create(ContainerRequest request) {
    String[] id = new String[1];
    change(
        "create " + request.name(),
        () -> {
          Behaviour behaviour =
              behaviours.getOrDefault(request.service().image().pullReference(), Behaviour.GOOD);
          if (!images.contains(request.service().image().pullReference())) {
            throw new EngineException.NotFound(
                "No such image: " + request.service().image().pullReference());
          }
          if (behaviour.kind() == Behaviour.Kind.CANNOT_BE_CREATED && !request.oneOff()) {
            throw new EngineException.Refused("invalid mount config");
          }
          if (containers.values().stream().anyMatch(c -> c.name.equals(request.name()))) {
            throw new EngineException.Conflict("name " + request.name() + " is taken");
          }
          String migration = request.labels().get(Labels.MIGRATION);
          if (migration != null && migrated.contains(migration)) {
            events.violation("9: migration " + migration + " had ended well and is run again");
          }
          id[0] = "%08x".formatted((int) (++ids * 2654435761L)) + "%056x".formatted(ids);
          containers.put(id[0], new FakeContainer(id[0], request, behaviour, time.now()));
        });
    return id[0];
  }

  /** As docker compose left it: of this service, under a name of v1 or v2. */
  FakeContainer leftByCompose(
      String name, Release release, Release.Service service, Behaviour behaviour) {
    String id = "c0c0%060x".formatted(++ids);
    FakeContainer container = new FakeContainer(id, name, release, service, behaviour, time.now());
    containers.put(id, container);
    images.add(container.image);
    networks.addAll(container.networks);
    return container;
  }

  /** With what is true of each container that docker compose made, whatever the agent thinks. */
  ObservedState truth(Release release) {
    ObservedState seen = observe(release.app(), release);
    return new ObservedState(
        seen.app(),
        seen.containers().stream()
            .map(
                c ->
                    c.isOurs(release.app())
                        ? c
                        : c.with(Likeness.same(containers.get(c.id()).made)))
            .toList(),
        seen.networks(),
        seen.volumes());
  }

  @Override
  public List<Neighbour> neighbours(String app) {
    reach();
    return List.of();
  }

  @Override
  public List<String> notices(Release release) {
    reach();
    return List.of();
  }

  @Override
  public List<String> differences(String id, ContainerRequest request, MountedContent content) {
    reach();
    FakeContainer container = known(id);
    if (!container.image.equals(request.service().image().pullReference())) {
      return List.of("image");
    }
    return container.made.equals(request.service().configHash())
        ? List.of()
        : List.of("environment SETTING");
  }

  @Override
  public void connect(String id, ContainerRequest request, String network) {
    change("connect " + nameOf(id), () -> known(id).networks.add(network));
  }

  @Override
  public void start(String id) {
    change(
        "start " + nameOf(id),
        () -> {
          FakeContainer container = known(id);
          if (stuck.test(container)) {
            throw new EngineException.Stuck("task " + id + ": already exists");
          }
          if (cannotStart.contains(id)) {
            throw new EngineException.Refused("not now");
          }
          if (container.behaviour.kind() == Behaviour.Kind.CANNOT_START && !container.migration) {
            throw new EngineException.NotStarted("no such device");
          }
          if (container.migration && !isOfData(container)) {
            events.migrating(container);
          }
          if (container.state != State.RUNNING) {
            events.starting(container);
            container.startedAs = ++starts;
            container.start(time.now());
            container.live(time.now());
          }
        });
  }

  private String nameOf(String id) {
    FakeContainer container = containers.get(id);
    return container == null ? id : container.name;
  }

  @Override
  public void stop(String id, Duration grace) {
    change(
        "stop " + nameOf(id),
        () -> {
          FakeContainer container = known(id);
          if (container.migration && container.active()) {
            events.violation("a migration was stopped");
          }
          Moments.Stand stand = events.stand();
          // All of it is stopped: for its data, or because nothing ran before.
          boolean all =
              stand.dataUsers().contains(container.service())
                  || (stand.back() && stand.target() == null);
          if (container.active() && !container.hidden && !all && hasHiddenSuccessor(container)) {
            events.violation("1: stopped while its successor is hidden: " + container.name);
          }
          if (container.active()) {
            container.stop(time.now());
          }
        });
  }

  private boolean hasHiddenSuccessor(FakeContainer container) {
    List<FakeContainer> others =
        containers.values().stream()
            .filter(c -> c != container && c.active() && !c.migration)
            .filter(c -> !c.foreign() && c.service().equals(container.service()))
            .toList();
    return others.stream().anyMatch(c -> c.hidden) && others.stream().allMatch(c -> c.hidden);
  }

  @Override
  public void rename(String id, String name) {
    change(
        "rename " + nameOf(id),
        () -> {
          FakeContainer container = known(id);
          if (containers.values().stream().anyMatch(c -> c.name.equals(name) && !c.id.equals(id))) {
            throw new EngineException.Conflict("name " + name + " is taken");
          }
          if (name.contains("-old-")) {
            events.settingAside(container);
          }
          container.name = name;
          container.setAside |= name.contains("-old-");
        });
  }

  @Override
  public Set<String> attach(String id, ContainerRequest request) {
    change(
        "attach " + nameOf(id),
        () -> {
          FakeContainer container = known(id);
          container.hidden = request.hidden();
          container.networks.addAll(FakeContainer.networks(request.service(), request.networks()));
          if (container.hidden && container.active() && hasHiddenSuccessor(container)) {
            events.violation("1: left while its successor is hidden: " + container.name);
          }
        });
    return Set.of();
  }

  @Override
  public SortedMap<String, Attached> attachments(String id) {
    reach();
    FakeContainer container = known(id);
    SortedMap<String, Attached> all = new TreeMap<>();
    SortedSet<String> names = new TreeSet<>();
    if (!container.hidden) {
      names.add(String.valueOf(container.labels.get(Labels.COMPOSE_SERVICE)));
    }
    all.put("default", new Attached(container.active() ? "10.0.0.2" : null, names));
    return all;
  }

  @Override
  public void remove(String id) {
    change(
        "remove " + nameOf(id),
        () -> {
          FakeContainer container = known(id);
          if (container.active()) {
            throw new EngineException.Conflict("container runs");
          }
          if (!container.labels.containsKey(Labels.APP) && !container.setAside) {
            events.violation("a container that is not ours was removed: " + container.name);
          }
          events.removing(container);
          containers.remove(id);
        });
  }

  @Override
  public void setRestartPolicy(String id, RestartPolicy policy) {
    change("set restart policy of " + nameOf(id), () -> known(id).restart = policy);
  }

  @Override
  public int exec(
      String id,
      List<String> command,
      Environment environment,
      Duration timeout,
      Consumer<String> output) {
    reach();
    known(id);
    output.accept("ran " + command);
    return execsFail ? 1 : 0;
  }

  @Override
  public int pipe(
      String id,
      List<String> command,
      Duration timeout,
      @Nullable InputStream input,
      OutputStream output,
      Consumer<String> messages) {
    reach();
    if (known(id).state != State.RUNNING) {
      throw FakeData.notRunning(id);
    }
    String what = command.getFirst() + " in " + nameOf(id);
    int[] status = new int[1];
    if (command.getFirst().equals("load")) {
      if (running(id).contains(command)) {
        events.violation("two commands replace the same data at once");
      }
      events.restoring();
    } else if (command.getFirst().equals("dump")) {
      events.saving();
    }
    Instant startedAt = known(id).startedAt;
    change(
        what,
        () -> {
          if (known(id).state != State.RUNNING) {
            throw FakeData.notRunning(id);
          }
          Runnable middle =
              () -> {
                events.call("middle of " + what);
                if (known(id).state != State.RUNNING || known(id).startedAt != startedAt) {
                  throw new EngineException.NotFound("No such exec instance");
                }
              };
          try {
            status[0] = data.exec(command, input, output, messages, middle);
          } catch (UncheckedIOException e) {
            // Who takes what is printed takes no more.
            throw new EngineException.Ambiguous(what + ": the stream broke", e);
          } catch (Crash death) {
            // It goes on without whoever began it, and reads what it was given.
            if (command.getFirst().equals("load")) {
              orphans.put(
                  id, new Orphan(command, startedAt, time.now().plus(orphanLasts), data.given));
            }
            throw death;
          }
        });
    return status[0];
  }

  /** A command whose agent died. */
  private record Orphan(
      List<String> command, @Nullable Instant startedAt, Instant until, String given) {}

  private void endOrphans() {
    for (Map.Entry<String, Orphan> entry : List.copyOf(orphans.entrySet())) {
      FakeContainer container = containers.get(entry.getKey());
      Orphan orphan = entry.getValue();
      boolean lives =
          container != null
              && container.state == State.RUNNING
              && Objects.equals(container.startedAt, orphan.startedAt());
      if (!lives) {
        orphans.remove(entry.getKey());
      } else if (!time.now().isBefore(orphan.until())) {
        data.rows = orphan.given();
        orphans.remove(entry.getKey());
      }
    }
  }

  /** It prints nothing; what else happens meanwhile a test says. */
  @Override
  public void converse(
      String id,
      boolean terminal,
      InputStream input,
      OutputStream output,
      OutputStream errors,
      Runnable attached) {
    reach();
    known(id);
    attached.run();
    onConverse.accept(known(id));
  }

  @Override
  public void resize(String id, int rows, int columns) {
    reach();
    known(id);
  }

  @Override
  public Set<List<String>> running(String id) {
    reach();
    Orphan orphan = orphans.get(id);
    return orphan == null ? Set.of() : Set.of(orphan.command());
  }

  @Override
  public void save(String id, String folder, Duration timeout, OutputStream tar) {
    events.saving();
    change(
        "save " + folder,
        () -> {
          try {
            Tars.write(tar, data.files, data.wholeTars);
          } catch (UncheckedIOException e) {
            throw new EngineException.Ambiguous("save " + folder + ": the stream broke", e);
          }
        });
  }

  @Override
  public void load(String id, String folder, Duration timeout, InputStream tar) {
    events.restoring();
    change("load " + folder, () -> data.files += Tars.read(tar));
  }

  @Override
  public void pause(String id) {
    change("pause " + nameOf(id), () -> known(id).state = State.PAUSED);
  }

  @Override
  public Optional<Integer> waitFor(String id, Duration timeout) {
    reach();
    FakeContainer container = known(id);
    long seconds = 0;
    while (container.active() && seconds++ < timeout.toSeconds()) {
      time.sleep(Duration.ofSeconds(1));
      reach();
      container = known(id);
    }
    return Optional.ofNullable(container.active() ? null : container.exitCode);
  }

  @Override
  public List<String> logTail(String id, int lines) {
    reach();
    return List.of("connecting with " + known(id).secret, "it broke");
  }

  @Override
  public void followLogs(String id, Duration timeout, Consumer<String> output) {
    output.accept("migrating with " + known(id).secret);
    waitFor(id, timeout);
  }

  @Override
  public void ensureNetwork(String app, NetworkSpec network) {
    change("network " + network.name(), () -> networks.add(network.name()));
  }

  @Override
  public void ensureVolume(String app, VolumeSpec volume) {
    change("volume " + volume.name(), () -> volumes.add(volume.name()));
  }

  @Override
  public void removeImage(PinnedImage image) {
    change("remove image", () -> images.remove(image.pullReference()));
  }
}
