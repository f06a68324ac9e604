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
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
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
  boolean networkBroken;

  /** What every query gives; null: there is no Prometheus. */
  @Nullable Double measured;

  final FakePrometheus prometheus = new FakePrometheus(this);
  private final Moments moments;

  private int ids;
  private boolean down;

  /** How often it was asked to start a container. */
  long starts;

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
        container.start(time.now());
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
    for (FakeContainer container : containers.values()) {
      container.live(time.now());
      if (container.migration && Integer.valueOf(0).equals(container.exitCode)) {
        migrated.add(container.labels.get(Labels.MIGRATION));
      }
    }
  }

  private void change(String what, Runnable action) {
    reach();
    Fault fault = events.call(what);
    if (fault == Fault.LOST_BEFORE) {
      throw new EngineException.Ambiguous(what + ": the engine did not answer", null);
    }
    Map<String, Integer> served = moments.served();
    Moments.Stand stand = events.stand();
    action.run();
    moments.check(what, served, stand);
    events.done(what);
    if (fault == Fault.LOST_AFTER) {
      throw new EngineException.Ambiguous(what + ": the answer was lost", null);
    }
  }

  private void reach() {
    if (down) {
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
          if (container.behaviour.kind() == Behaviour.Kind.CANNOT_START && !container.migration) {
            throw new EngineException.Refused("no such device");
          }
          if (container.state != State.RUNNING) {
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
          if (container.active() && !container.hidden && hasHiddenSuccessor(container)) {
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
    return 0;
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
