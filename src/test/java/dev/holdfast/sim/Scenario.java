package dev.holdfast.sim;

import dev.holdfast.model.Backup;
import dev.holdfast.model.CanaryMetric;
import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.Dependency;
import dev.holdfast.model.Dependency.Condition;
import dev.holdfast.model.Digest;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.NetworkAttachment;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.RolloutSpec;
import dev.holdfast.model.ServiceSpec;
import dev.holdfast.model.Updating;
import dev.holdfast.model.VolumeSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An app with a row of releases, drawn from a seed: what is deployed one after the other, and how
 * each image behaves.
 */
final class Scenario {
  static final String APP = "shop";
  static final String SECRET = "pw-Canary-71f3";
  static final String ONE_SHOT = "init";
  static final String DATABASE = "db";

  /** The backup of the database, in the scenarios that have one. */
  static final String ROWS = "rows";

  private static final List<String> NAMES = List.of("api", "db", "web", "worker");

  final List<Release> releases = new ArrayList<>();
  final Map<String, Behaviour> behaviours = new LinkedHashMap<>();
  private final Random random;

  private Scenario(Random random) {
    this.random = random;
  }

  static Scenario draw(Random random) {
    Scenario scenario = new Scenario(random);
    scenario.fill();
    return scenario;
  }

  private void fill() {
    int services = 1 + random.nextInt(NAMES.size());
    List<String> names = new ArrayList<>(NAMES.subList(0, services));
    if (random.nextInt(4) == 0) {
      names.add(ONE_SHOT);
      services++;
    }
    SortedMap<String, Integer> versions = new TreeMap<>();
    names.forEach(name -> versions.put(name, 1));
    SortedMap<String, ServiceSpec> specs = new TreeMap<>();
    names.forEach(name -> specs.put(name, spec(name, names)));
    int count = 2 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        names.stream()
            .filter(name -> random.nextInt(3) > 0)
            .forEach(name -> versions.merge(name, 1, Integer::sum));
        if (random.nextInt(4) == 0) {
          String changed = names.get(random.nextInt(services));
          specs.put(changed, withVariable(specs.get(changed), i));
        }
        if (random.nextInt(4) == 0) {
          String scaled = names.get(random.nextInt(services));
          specs.computeIfPresent(scaled, (name, spec) -> withUpdating(spec));
        }
      }
      boolean first = i == 0;
      versions.forEach(
          (name, version) ->
              behaviours.computeIfAbsent(
                  image(name, version).pullReference(), r -> behaviour(name, first)));
      SortedMap<String, ServiceSpec> present = new TreeMap<>(specs);
      if (i > 0 && services > 1 && random.nextInt(8) == 0) {
        String gone = names.get(services - 1);
        if (present.values().stream().noneMatch(s -> s.dependsOn().containsKey(gone))) {
          present.remove(gone);
        }
      }
      releases.add(release(present, versions));
    }
  }

  String describe(Release release) {
    StringBuilder text = new StringBuilder(release.id());
    release
        .services()
        .forEach(
            (name, service) ->
                text.append("\n    ")
                    .append(name)
                    .append(' ')
                    .append(service.image().label())
                    .append(' ')
                    .append(behaviours.get(service.image().pullReference()))
                    .append(" restart ")
                    .append(service.spec().container().restart().name())
                    .append(' ')
                    .append(service.spec().updates())
                    .append(service.spec().probe() == null ? "" : " probe")
                    .append(service.spec().container().healthcheck() == null ? "" : " healthcheck")
                    .append(" after ")
                    .append(service.spec().dependsOn().keySet()));
    return text.append("\n    ").append(release.rollout()).toString();
  }

  private Release release(
      SortedMap<String, ServiceSpec> specs, SortedMap<String, Integer> versions) {
    SortedMap<String, Release.Service> services = new TreeMap<>();
    specs.forEach(
        (name, spec) ->
            services.put(name, new Release.Service(spec, image(name, versions.get(name)))));
    SortedMap<String, NetworkSpec> networks = new TreeMap<>();
    networks.put("default", NetworkSpec.plain("default", APP + "_default"));
    SortedMap<String, VolumeSpec> volumes = new TreeMap<>();
    volumes.put(
        "data",
        new VolumeSpec("data", APP + "_data", false, null, new TreeMap<>(), new TreeMap<>()));
    SortedMap<String, Backup> backups = backups(specs);
    RolloutSpec rollout =
        new RolloutSpec(
            migrations(specs, backups.containsKey(ROWS)),
            List.of(),
            List.of(),
            Duration.ofSeconds(random.nextInt(2) == 0 ? 30 : 3),
            null,
            backups);
    return new Release(APP, services, networks, volumes, rollout);
  }

  /** The rows of the database, in most of the releases that have one. */
  private SortedMap<String, Backup> backups(SortedMap<String, ServiceSpec> specs) {
    SortedMap<String, Backup> backups = new TreeMap<>();
    if (specs.containsKey(DATABASE) && random.nextInt(4) > 0) {
      Backup.From rows =
          new Backup.From.Command(DATABASE, List.of("dump"), List.of("check"), List.of("load"));
      backups.put(ROWS, new Backup(rows, Duration.ofMinutes(10)));
    }
    return backups;
  }

  private List<Migration> migrations(SortedMap<String, ServiceSpec> specs, boolean saved) {
    int kind = random.nextInt(6);
    if (kind == 0 || !specs.containsKey("api")) {
      return List.of();
    }
    OnRollback onRollback =
        switch (kind) {
          case 1 -> new OnRollback.Hold();
          case 2 -> new OnRollback.Command(List.of("undo"));
          case 3, 4 -> saved ? new OnRollback.Restore(ROWS) : new OnRollback.Keep();
          default -> new OnRollback.Keep();
        };
    List<Migration> migrations = new ArrayList<>();
    int count = random.nextInt(4) == 0 ? 2 + random.nextInt(2) : 1;
    for (int i = 0; i < count; i++) {
      Migration.Mode mode = random.nextInt(6) == 0 ? Migration.Mode.EXEC : Migration.Mode.RUN;
      List<String> command = i == 0 ? List.of("migrate") : List.of("migrate", "more-" + i);
      migrations.add(
          new Migration(
              "api", command, mode, Environment.EMPTY, Duration.ofMinutes(10), onRollback, null));
    }
    return migrations;
  }

  private ServiceSpec spec(String name, List<String> names) {
    SortedMap<String, Dependency> dependencies = new TreeMap<>();
    for (String other : names) {
      // Only later names are depended on, so that there is no cycle.
      // A one-shot is one because somebody waits for it.
      boolean awaits = other.equals(ONE_SHOT) && name.equals(names.getFirst());
      if (names.indexOf(other) > names.indexOf(name) && (random.nextInt(3) == 0 || awaits)) {
        Condition condition = random.nextBoolean() ? Condition.HEALTHY : Condition.STARTED;
        condition = other.equals(ONE_SHOT) ? Condition.COMPLETED : condition;
        dependencies.put(other, new Dependency(condition, true, random.nextInt(6) == 0));
      }
    }
    if (name.equals(ONE_SHOT)) {
      ContainerSpec once =
          container(null, Environment.of(Map.of("DB_PASSWORD", SECRET)), RestartPolicy.NO);
      return new ServiceSpec(name, once, dependencies, null);
    }
    Healthcheck check =
        random.nextInt(3) == 0
            ? new Healthcheck(List.of("CMD", "true"), Duration.ofSeconds(1), null, null, null, 3)
            : null;
    Probe probe =
        random.nextInt(2) == 0
            ? new Probe(
                new Probe.Check.Tcp(80),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                5,
                Duration.ofSeconds(30),
                1)
            : null;
    ContainerSpec container = container(check, Environment.of(Map.of("DB_PASSWORD", SECRET)));
    return new ServiceSpec(name, container, dependencies, probe, updating(name));
  }

  /** The service of the migrations has a container at least: some are run in it. */
  private Updating updating(String name) {
    if (name.equals(DATABASE)) {
      // Two of them on the same data are one too many, in the simulation as in life.
      return Updating.DEFAULT;
    }
    int fewest = name.equals("api") ? 1 : 0;
    int replicas = random.nextInt(5) < 3 ? 1 : Math.max(fewest, random.nextInt(4));
    boolean startFirst = random.nextInt(2) == 0;
    boolean canary = startFirst && replicas > 1 && random.nextInt(4) > 0;
    return new Updating(
        replicas,
        random.nextInt(3),
        startFirst ? Updating.Strategy.START_FIRST : Updating.Strategy.RECREATE,
        Duration.ofSeconds(random.nextInt(2) * 5L),
        Duration.ofSeconds(random.nextInt(2) * 5L),
        Duration.ofSeconds(random.nextInt(2) * 10L),
        canary ? canary() : null);
  }

  /** A bound for the new ones, or a comparison with the old. */
  private Updating.Canary canary() {
    CanaryMetric metric =
        switch (random.nextInt(5)) {
          case 0, 1 ->
              new CanaryMetric(
                  "http://prometheus:9090",
                  "errors{instance=~\"{{instances}}\"}",
                  "0.1",
                  null,
                  null);
          case 2, 3 ->
              new CanaryMetric(
                  "http://prometheus:9090", "errors{name=~\"{{containers}}\"}", null, null, "2");
          default -> null;
        };
    return new Updating.Canary(
        1, Duration.ofSeconds(20), metric == null ? List.of() : List.of(metric));
  }

  private ContainerSpec container(Healthcheck check, Environment environment) {
    RestartPolicy restart =
        switch (random.nextInt(4)) {
          case 0 -> RestartPolicy.NO;
          case 1 -> new RestartPolicy(RestartPolicy.Name.ALWAYS, 0);
          default -> new RestartPolicy(RestartPolicy.Name.UNLESS_STOPPED, 0);
        };
    return container(check, environment, restart);
  }

  private static ContainerSpec container(
      Healthcheck check, Environment environment, RestartPolicy restart) {
    return new ContainerSpec(
        ContainerSpec.Process.OF_IMAGE,
        environment,
        new TreeMap<>(),
        null,
        null,
        List.of(),
        List.of(),
        List.of(),
        List.of(NetworkAttachment.plain("default")),
        null,
        restart,
        check,
        ContainerSpec.Lifecycle.DEFAULT,
        ContainerSpec.Limits.NONE,
        null,
        null,
        null);
  }

  private static ServiceSpec withVariable(ServiceSpec spec, int value) {
    Environment environment =
        spec.container().environment().with(Environment.of(Map.of("SETTING", "s" + value)));
    ContainerSpec container =
        container(spec.container().healthcheck(), environment, spec.container().restart());
    return new ServiceSpec(spec.name(), container, spec.dependsOn(), spec.probe(), spec.updating());
  }

  private ServiceSpec withUpdating(ServiceSpec spec) {
    return spec.name().equals(ONE_SHOT)
        ? spec
        : new ServiceSpec(
            spec.name(), spec.container(), spec.dependsOn(), spec.probe(), updating(spec.name()));
  }

  private Behaviour behaviour(String name, boolean first) {
    if (name.equals(ONE_SHOT)) {
      boolean fails = !first && random.nextInt(5) == 0;
      Behaviour.Kind kind = fails ? Behaviour.Kind.EXITS_AT_ONCE : Behaviour.Kind.COMPLETES;
      return new Behaviour(kind, Duration.ofSeconds(1 + random.nextInt(20)), 0, Duration.ZERO);
    }
    return behaviour(first);
  }

  private Behaviour behaviour(boolean first) {
    int migrationExit = !first && random.nextInt(6) == 0 ? 1 : 0;
    Duration migrationTakes = Duration.ofSeconds(random.nextInt(20));
    Behaviour.Kind kind = Behaviour.Kind.GOOD;
    if (random.nextInt(first ? 12 : 3) == 0) {
      List<Behaviour.Kind> kinds = new ArrayList<>(List.of(Behaviour.Kind.values()));
      kinds.remove(Behaviour.Kind.COMPLETES);
      kinds.addAll(List.of(Behaviour.Kind.SERVES_ERRORS, Behaviour.Kind.SERVES_ERRORS));
      kind = kinds.get(random.nextInt(kinds.size()));
    }
    int undoExit = random.nextInt(5) == 0 ? 1 : 0;
    return new Behaviour(
        kind, Duration.ofSeconds(1 + random.nextInt(10)), migrationExit, migrationTakes, undoExit);
  }

  static PinnedImage image(String service, int version) {
    String hex = "%064x".formatted((long) service.hashCode() * 1000L + version & 0xffffffffffL);
    return new PinnedImage(
        new ImageReference("registry.test", "acme/" + service, null, null),
        new Digest("sha256:" + hex),
        "v" + version);
  }
}
