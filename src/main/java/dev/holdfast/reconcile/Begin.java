package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.HealthCheck;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Memory;
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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands at the beginning of a deployment: its record, its folders, what is still kept of
 * earlier ones.
 */
final class Begin {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int SHORT = 12;

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
            !DeploymentRun.before(seen).isEmpty(),
            false,
            DeploymentRun.before(seen),
            new TreeMap<>(),
            new TreeMap<>(),
            List.of(),
            null);
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
        DeploymentRun.before(seen),
        new TreeMap<>(),
        new TreeMap<>(),
        List.of(),
        null);
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

  private static String abbreviated(@Nullable String sha, Release release) {
    return sha == null || sha.length() < SHORT ? release.id() : sha.substring(0, SHORT);
  }

  /** Two in the same second get -2, -3 … */
  private String freeId(String id) {
    String free = id;
    for (int i = 2; ports.store().record(settings.app(), free).isPresent(); i++) {
      free = id + "-" + i;
    }
    return free;
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
    new Images(settings.app(), ports, memory).removeBeyond(keep);
    ports.store().keepReleases(settings.app(), keep);
    ports.store().dropRecords(settings.app(), ports.time().now().minus(settings.keepRecords()));
  }
}
