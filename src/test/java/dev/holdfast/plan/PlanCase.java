package dev.holdfast.plan;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.HealthCheck;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Likeness;
import dev.holdfast.model.Memory;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.Health;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One golden case, a folder:
 *
 * <ul>
 *   <li>{@code desired.yaml}: the release that the source asks for; {@code previous.yaml}: the last
 *       good one, where there is one.
 *   <li>{@code observed.yaml}: what the engine has. A container is {@code as} the desired or the
 *       previous release has it, or {@code compose}, made by docker compose: then {@code same} says
 *       what release it is as good as one of, {@code differs} how it differs from the desired one.
 *   <li>{@code memory.yaml}: what is remembered beside the last good release; {@code record.yaml}:
 *       the deployment in flight.
 * </ul>
 */
final class PlanCase {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final String DRAFT = "new";
  private final @Nullable Release desired;
  private final @Nullable Release previous;
  private final Memory memory;
  private final @Nullable DeploymentRecord record;
  private final ObservedState seen;
  private final Set<String> local = new HashSet<>();
  private final Set<String> taken;
  private final Set<String> unusable = new HashSet<>();
  private final SortedMap<String, Duration> backups = new TreeMap<>();
  private final boolean known;

  private PlanCase(Path folder) {
    CaseYaml desiredYaml = CaseYaml.file(folder.resolve("desired.yaml"));
    CaseYaml previousYaml = CaseYaml.file(folder.resolve("previous.yaml"));
    desired = desiredYaml == null ? null : CaseRelease.of(desiredYaml);
    previous = previousYaml == null ? null : CaseRelease.of(previousYaml);
    CaseYaml memoryYaml =
        Objects.requireNonNullElseGet(
            CaseYaml.file(folder.resolve("memory.yaml")), () -> CaseYaml.of("", null));
    known = memoryYaml.flag("previous-known", true);
    memory = memory(memoryYaml);
    CaseYaml observed =
        Objects.requireNonNull(CaseYaml.file(folder.resolve("observed.yaml")), "observed.yaml");
    seen = seen(observed);
    taken = Set.copyOf(observed.texts("taken"));
    observed.texts("backups").forEach(name -> backups.put(name, Duration.ofMinutes(1)));
    observed.texts("old-backups").forEach(name -> backups.put(name, Duration.ofHours(8)));
    observed.done();
    CaseYaml recordYaml = CaseYaml.file(folder.resolve("record.yaml"));
    record = recordYaml == null ? null : record(recordYaml);
  }

  static PlanCase read(Path folder) {
    return new PlanCase(folder);
  }

  /** What is to be done, and the whole plan of it; ids of releases as the case names them. */
  String text() {
    String text = text(Planner.intent(desired == null ? null : desired.id(), memory, record, NOW));
    if (desired != null) {
      text = text.replace(desired.id(), "<desired>");
    }
    return previous == null ? text : text.replace(previous.id(), "<previous>");
  }

  private String text(Intent intent) {
    return switch (intent) {
      case Intent.CarryOn carryOn ->
          "carry on " + carryOn.record().direction() + deployment(carryOn.record());
      case Intent.Supersede supersede -> "supersede by " + supersede.by() + "\n";
      case Intent.Deploy deploy ->
          "deploy " + deploy.release() + ", because " + deploy.cause() + deployment(draft(deploy));
      case Intent.Keep keep ->
          "keep "
              + keep.release()
              + lines(
                  Planner.keep(
                      new KeepInput(
                          release(keep.release()),
                          seen,
                          local,
                          unusable,
                          taken,
                          memory.unresolved() == null)));
      case Intent.LeaveAlone leave -> "leave alone\n";
      case Intent.Nothing nothing -> "nothing\n";
    };
  }

  private static String lines(Plan plan) {
    return plan.isEmpty() ? ": as it is\n" : "\n" + plan.text() + "\n";
  }

  private String deployment(DeploymentRecord of) {
    Release release = release(of.release());
    Plan plan =
        Planner.deployment(
            new PlanInput(release, known ? previous : null, of, seen, local, taken, backups));
    return lines(plan)
        + (of.direction() == Direction.FORWARD
            ? "-- a failure now: " + Turn.after(of, release) + "\n"
            : "");
  }

  private Release release(String id) {
    return desired != null && desired.id().equals(id) ? desired : Objects.requireNonNull(previous);
  }

  private @Nullable Release as(String name) {
    return switch (name) {
      case "desired" -> desired;
      case "previous" -> previous;
      case "compose" -> null;
      default ->
          throw new IllegalArgumentException("as: desired, previous or compose, not " + name);
    };
  }

  private Memory memory(CaseYaml yaml) {
    Memory made = Memory.EMPTY;
    String good = yaml.text("good", previous == null ? "none" : "previous");
    if (!good.equals("none")) {
      made =
          made.confirm(
              new Memory.Confirmed(Objects.requireNonNull(as(good)).id(), null, null, null, NOW),
              3);
    }
    for (String quarantined : yaml.texts("quarantined")) {
      String id = Objects.requireNonNull(as(quarantined)).id();
      made = made.quarantine(new Memory.Quarantine(id, "d0", "it failed", NOW, 1, null));
    }
    String pinned = yaml.maybe("pinned");
    made = made.withPinned(pinned == null ? null : Objects.requireNonNull(as(pinned)).id());
    made = yaml.flag("hold", false) ? made.withHold(new Memory.Hold(null, "ann", NOW)) : made;
    made = made.withUnresolved(yaml.flag("rollback-failed", false) ? "d2" : null);
    yaml.done();
    return made;
  }

  private ObservedState seen(CaseYaml yaml) {
    List<ObservedContainer> containers = new ArrayList<>();
    for (CaseYaml container : yaml.maps("containers")) {
      containers.add(container(container));
      container.done();
    }
    Set<String> absent = new HashSet<>(yaml.texts("absent-images"));
    for (Release release : java.util.Arrays.asList(desired, previous)) {
      if (release != null) {
        release.services().values().stream()
            .map(Release.Service::image)
            .filter(image -> !absent.contains(image.display().replace("registry.test/acme/", "")))
            .map(PinnedImage::pullReference)
            .forEach(local::add);
      }
    }
    return new ObservedState(
        CaseRelease.APP,
        containers,
        new TreeSet<>(yaml.texts("networks").stream().map(n -> "shop_" + n).toList()),
        new TreeSet<>(yaml.texts("volumes").stream().map(n -> "shop_" + n).toList()));
  }

  private ObservedContainer container(CaseYaml yaml) {
    String service = yaml.text("service", "api");
    String id = id(yaml.text("id", service));
    Release of = as(yaml.text("as", "previous"));
    Release.@Nullable Service wanted = of == null ? null : of.services().get(service);
    SortedMap<String, String> labels = labels(yaml, service, of, wanted);
    RestartPolicy declared =
        wanted == null
            ? CaseRelease.restart("unless-stopped")
            : wanted.spec().container().restart();
    String restart = yaml.maybe("restart");
    State state = State.valueOf(yaml.text("state", "running").toUpperCase(Locale.ROOT));
    Integer exit = yaml.maybeNumber("exit");
    PinnedImage image =
        wanted == null ? CaseRelease.image(service, yaml.number("version", 1)) : wanted.image();
    if (yaml.flag("unusable", false)) {
      unusable.add(id);
    }
    int started = yaml.number("started", 60);
    return new ObservedContainer(
        id,
        yaml.text("name", "shop-" + service + "-1"),
        labels,
        "sha256:" + image.digest().shortHex(),
        List.of(image.pullReference()),
        state,
        exit == null && state == State.EXITED ? Integer.valueOf(137) : exit,
        false,
        Health.valueOf(yaml.text("health", "none").toUpperCase(Locale.ROOT)),
        0,
        restart == null ? declared : CaseRelease.restart(restart),
        NOW.minusSeconds(yaml.number("created", started)),
        state == State.CREATED ? null : NOW.minusSeconds(started),
        new TreeMap<>(),
        new TreeMap<>(),
        networks(yaml.maybe("on")),
        likeness(yaml, service),
        yaml.flag("hidden", false));
  }

  /** {@code on: default back}, or {@code on: nothing}; not said: not asked. */
  private static @Nullable SortedSet<String> networks(@Nullable String on) {
    return on == null
        ? null
        : new TreeSet<>(
            Arrays.stream(on.split(" "))
                .filter(name -> !name.equals("nothing"))
                .map(name -> CaseRelease.APP + "_" + name)
                .toList());
  }

  /** {@code same: previous}, {@code differs: [command]}: of what docker compose made. */
  private @Nullable Likeness likeness(CaseYaml yaml, String service) {
    String same = yaml.maybe("same");
    List<String> differs = yaml.texts("differs");
    if (same == null && differs.isEmpty()) {
      return null;
    }
    String hash =
        same == null ? "" : Objects.requireNonNull(as(same)).services().get(service).configHash();
    return new Likeness(hash, differs);
  }

  private SortedMap<String, String> labels(
      CaseYaml yaml, String service, @Nullable Release of, Release.@Nullable Service wanted) {
    SortedMap<String, String> labels = new TreeMap<>();
    labels.put(Labels.COMPOSE_PROJECT, CaseRelease.APP);
    labels.put(Labels.COMPOSE_SERVICE, service);
    labels.put(Labels.COMPOSE_NUMBER, yaml.text("number", "1"));
    String migration = yaml.maybe("migration");
    labels.put(
        Labels.COMPOSE_ONEOFF, migration != null || yaml.flag("one-off", false) ? "True" : "False");
    if (of != null) {
      labels.put(Labels.APP, CaseRelease.APP);
      labels.put(Labels.RELEASE, of.id());
      labels.put(Labels.DEPLOYMENT, yaml.text("deployment", of.equals(desired) ? "d2" : "d1"));
      labels.put(Labels.CONFIG_HASH, wanted == null ? "of-another-release" : wanted.configHash());
    }
    if (migration != null) {
      labels.put(Labels.MIGRATION, migration);
    }
    return labels;
  }

  private static String id(String text) {
    return (text + "0".repeat(64)).substring(0, 64);
  }

  private List<Replaced> before(List<CaseYaml> yamls) {
    List<Replaced> before = new ArrayList<>();
    for (CaseYaml yaml : yamls) {
      boolean healthy = yaml.flag("healthy", true);
      ObservedContainer c = container(yaml);
      yaml.done();
      before.add(
          new Replaced(
              c.service(),
              c.number(),
              c.id(),
              c.name(),
              c.configHash(),
              c.imageId(),
              c.restart(),
              healthy));
    }
    return before;
  }

  private DeploymentRecord record(CaseYaml yaml) {
    Release release = Objects.requireNonNull(as(yaml.text("release", "desired")));
    DeploymentRecord made =
        record(
            yaml.text("id", "d2"),
            Kind.valueOf(yaml.text("kind", "deploy").toUpperCase(Locale.ROOT)),
            Direction.valueOf(yaml.text("direction", "forward").toUpperCase(Locale.ROOT)),
            release,
            yaml.flag("update-began", true),
            yaml.texts("touched"),
            before(yaml.maps("before")),
            statuses(yaml.map("migrations")),
            statuses(yaml.map("undone")),
            yaml.texts("left-out"),
            unhealthy(yaml));
    yaml.done();
    return made;
  }

  private static SortedMap<Integer, Integer> statuses(CaseYaml yaml) {
    SortedMap<Integer, Integer> statuses = new TreeMap<>();
    yaml.keys().forEach(key -> statuses.put(Integer.valueOf(key), yaml.number(key, 0)));
    return statuses;
  }

  private DeploymentRecord draft(Intent.Deploy deploy) {
    return record(
        DRAFT,
        deploy.kind(),
        Direction.FORWARD,
        release(deploy.release()),
        false,
        List.of(),
        List.of(),
        new TreeMap<>(),
        new TreeMap<>(),
        List.of(),
        new TreeMap<>());
  }

  private static SortedMap<String, HealthCheck> unhealthy(CaseYaml yaml) {
    SortedMap<String, HealthCheck> checks = new TreeMap<>();
    yaml.texts("unhealthy").forEach(service -> checks.put(service, HealthCheck.UNHEALTHY));
    return checks;
  }

  private DeploymentRecord record(
      String id,
      Kind kind,
      Direction direction,
      Release release,
      boolean began,
      List<String> touched,
      List<Replaced> before,
      SortedMap<Integer, Integer> migrations,
      SortedMap<Integer, Integer> undone,
      List<String> leftOut,
      SortedMap<String, HealthCheck> checks) {
    return new DeploymentRecord(
        id,
        NOW,
        null,
        "vps",
        CaseRelease.APP,
        "test",
        kind,
        Status.IN_PROGRESS,
        direction,
        "test",
        null,
        null,
        null,
        release.id(),
        null,
        null,
        previous == null ? null : previous.id(),
        touched,
        checks,
        true,
        began,
        before,
        migrations,
        undone,
        List.of(),
        null,
        new TreeMap<>(),
        null,
        null,
        leftOut);
  }
}
