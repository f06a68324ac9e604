package dev.holdfast.reconcile;

import dev.holdfast.backup.Operation;
import dev.holdfast.backup.Saved;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.HealthCheck;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Intent;
import dev.holdfast.plan.ProjectName;
import dev.holdfast.reconcile.Definition.Look;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What stands at the beginning of a deployment: its record, its folders, what is still kept of
 * earlier ones.
 */
final class Begin {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int SHORT = 12;
  private static final int RECENT = 100;

  private final AppSettings settings;
  private final AppPorts ports;
  private final AppMemory memory;

  Begin(AppSettings settings, AppPorts ports, AppMemory memory) {
    this.settings = settings;
    this.ports = ports;
    this.memory = memory;
  }

  /**
   * Writes down that a deployment is in flight: the release, then the pointer to a record that is
   * not there yet (a death in between leaves nothing to carry on), then the record.
   */
  DeploymentRecord deployment(
      Intent.Deploy deploy, Release release, Look look, ObservedState seen) {
    Definition.@Nullable Target target =
        look.target() != null && look.target().release().id().equals(release.id())
            ? look.target()
            : null;
    Instant now = ports.time().now();
    Optional<Memory.Confirmed> kept =
        memory.read().confirmed().stream()
            .filter(c -> c.release().equals(release.id()))
            .findFirst();
    String sha =
        target == null ? kept.map(Memory.Confirmed::gitSha).orElse(null) : target.revision();
    String id =
        freeId(
            STAMP.format(now)
                + "-"
                + abbreviated(target != null && target.ref() != null ? sha : null, release));
    String previous = memory.read().lastGood();
    SortedMap<String, HealthCheck> checks = new TreeMap<>();
    release.services().keySet().forEach(service -> checks.put(service, HealthCheck.SKIPPED));
    DeploymentRecord record =
        new DeploymentRecord(
            id,
            now,
            null,
            settings.server(),
            settings.app(),
            settings.environment(),
            deploy.kind(),
            Status.IN_PROGRESS,
            Direction.FORWARD,
            deploy.cause(),
            sha,
            target == null ? null : target.ref(),
            target == null ? null : target.commitTime(),
            release.id(),
            target == null
                ? kept.map(Memory.Confirmed::version).orElse(null)
                : target.name().version(),
            target == null
                ? kept.map(Memory.Confirmed::commit).orElse(null)
                : target.name().commit(),
            Objects.equals(previous, release.id()) ? null : previous,
            List.of(),
            checks,
            !Befores.of(seen).isEmpty(),
            false,
            Befores.of(seen),
            new TreeMap<>(),
            new TreeMap<>(),
            List.of(),
            null,
            new TreeMap<>(),
            null,
            null,
            List.of());
    ports.store().saveRelease(release);
    memory.change(m -> m.withDeployment(id));
    ports.store().saveRecord(record);
    return record;
  }

  /** A record that is never written: what a plan is made from where nothing is begun. */
  static DeploymentRecord draft(
      AppSettings settings, Instant now, Kind kind, Release release, ObservedState seen) {
    return new DeploymentRecord(
        "draft",
        now,
        null,
        settings.server(),
        settings.app(),
        settings.environment(),
        kind,
        Status.IN_PROGRESS,
        Direction.FORWARD,
        "draft",
        null,
        null,
        null,
        release.id(),
        null,
        null,
        null,
        List.of(),
        new TreeMap<>(),
        false,
        false,
        Befores.of(seen),
        new TreeMap<>(),
        new TreeMap<>(),
        List.of(),
        null,
        new TreeMap<>(),
        null,
        null,
        List.of());
  }

  /** Why a first deployment must not begin; nothing is written down of one that does not. */
  List<String> doubts(Kind kind, Release release, ObservedState seen) {
    if (kind != Kind.DEPLOY || memory.read().lastGood() != null) {
      return List.of();
    }
    Path directory = settings.projectDirectory();
    return ProjectName.problems(
        release,
        directory == null ? null : directory.toString(),
        settings.others(),
        ports.engine().neighbours(settings.app()),
        seen);
  }

  static String stamp(Instant moment) {
    return STAMP.format(moment);
  }

  private static String abbreviated(@Nullable String sha, Release release) {
    return sha == null || sha.length() < SHORT ? release.id() : sha.substring(0, SHORT);
  }

  /** Two in the same second get -2, -3 … */
  private String freeId(String id) {
    String free = id;
    for (int i = 2; isTaken(free); i++) {
      free = id + "-" + i;
    }
    return free;
  }

  /** A backup that a person asked for in the same second has the id too. */
  private boolean isTaken(String id) {
    return ports.store().record(settings.app(), id).isPresent()
        || ports.backups().operation(settings.app()).filter(o -> o.id().equals(id)).isPresent()
        || ports.backups().all(settings.app()).stream().anyMatch(taken -> taken.id().equals(id));
  }

  Requests requests(
      Release release, String deployment, Definition.@Nullable Target target, ObservedState seen) {
    Path config = ports.store().materialise(release, target == null ? null : target.tree());
    return new Requests(
        release,
        deployment,
        target == null ? settings.composeFiles() : target.composeFiles(),
        settings.envFiles(),
        settings.projectDirectory(seen),
        config,
        ports.store().secrets(settings.app()));
  }

  /**
   * Forgets images, releases and records beyond what is kept. What is kept can be rolled back to.
   */
  void tidy() {
    Memory known = memory.read();
    List<String> keep =
        new ArrayList<>(known.confirmed().stream().map(Memory.Confirmed::release).toList());
    if (known.pinned() != null) {
      keep.add(known.pinned());
    }
    // One that waits for a person may wait for days, and what a rollback that failed left mounts
    // the files of its release.
    Stream.of(known.deployment(), known.unresolved())
        .flatMap(Stream::ofNullable)
        .flatMap(id -> ports.store().record(settings.app(), id).stream())
        .forEach(record -> keep.add(record.release()));
    new Images(settings.app(), ports, memory).removeBeyond(keep);
    ports.store().keepReleases(settings.app(), keep);
    ports.store().dropRecords(settings.app(), ports.time().now().minus(settings.keepRecords()));
    tidyBackups();
  }

  /**
   * What a deployment in flight or a restore that is asked for may yet need is kept, however old.
   */
  void tidyBackups() {
    ports.backups().sweep(settings.app());
    Set<String> needed = new HashSet<>();
    String inFlight = memory.read().deployment();
    if (inFlight != null) {
      needed.add(inFlight);
    }
    ports
        .backups()
        .operation(settings.app())
        .filter(Operation::pending)
        .ifPresent(
            operation -> {
              needed.add(operation.id());
              needed.add(Objects.requireNonNullElse(operation.from(), operation.id()));
            });
    needed.addAll(beforeKeptReleases());
    List<Saved> all = ports.backups().all(settings.app());
    Memory.Hold hold = memory.read().hold();
    if (hold != null && (hold.by().equals(RestoreHolds.OURS) || !hold.owed().isEmpty())) {
      // It tells people to restore what was saved before it, and they may take their time.
      all.stream()
          .filter(taken -> taken.takenAt().isBefore(hold.knownUntil()))
          .forEach(taken -> needed.add(taken.id()));
    }
    settings
        .keepBackups()
        .superfluous(all, needed, ports.time().now())
        .forEach(ports.backups()::remove);
  }

  /**
   * The deployments that brought in what is kept, where going back behind it needs the data of
   * before: a person may want to.
   */
  private Set<String> beforeKeptReleases() {
    Set<String> restoring = new HashSet<>();
    for (Memory.Confirmed kept : memory.read().confirmed()) {
      boolean restores =
          ports.store().release(settings.app(), kept.release()).stream()
              .flatMap(release -> release.rollout().migrations().stream())
              .anyMatch(migration -> migration.onRollback() instanceof OnRollback.Restore);
      if (restores) {
        restoring.add(kept.release());
      }
    }
    Set<String> deployments = new HashSet<>();
    if (!restoring.isEmpty()) {
      ports.store().records(settings.app(), RECENT).stream()
          .filter(record -> restoring.contains(record.release()))
          .forEach(record -> deployments.add(record.deploymentId()));
    }
    return deployments;
  }

  /** For a backup or a restore that a person asks for now. */
  static String operationId(Instant now, Release release, Predicate<String> taken) {
    String id = STAMP.format(now) + "-" + release.id();
    String free = id;
    for (int i = 2; taken.test(free); i++) {
      free = id + "-" + i;
    }
    return free;
  }
}
