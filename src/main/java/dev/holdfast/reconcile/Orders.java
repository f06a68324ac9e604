package dev.holdfast.reconcile;

import dev.holdfast.model.Consent.Leave;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Memory.Hold;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.Passage;
import dev.holdfast.reconcile.Apps.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a person wants of an app from now on, durable before it is answered: it is held, goes on, is
 * tried again, or goes back to a release that was good.
 */
final class Orders {
  private final AppSettings settings;
  private final AppPorts ports;
  private final AppMemory memory;

  Orders(AppSettings settings, AppPorts ports, AppMemory memory) {
    this.settings = settings;
    this.ports = ports;
    this.memory = memory;
  }

  void syncNow(String reason, String by) {
    Leave leave = new Leave(null, new Passage(by, ports.time().now(), reason));
    memory.change(m -> m.withConsent(m.consent().with(leave)));
  }

  void hold(@Nullable String reason, String by) {
    Hold hold = new Hold(reason, by, ports.time().now());
    memory.change(m -> RestoreHolds.held(m, hold));
  }

  /** Who lets the agent go on after a rollback that failed has seen what is left of it. */
  void resume(String by) {
    memory.change(m -> RestoreHolds.resumed(m).withPinned(null).withUnresolved(null));
    ports.signals().note(settings.app(), "resumed by " + by);
  }

  void retry(String by) {
    memory.change(
        m -> {
          Memory released = m;
          for (String release : m.quarantined().keySet()) {
            released = released.release(release);
          }
          return released;
        });
    ports.signals().note(settings.app(), "quarantine lifted by " + by);
  }

  void rollback(@Nullable String release, String by) {
    List<String> releases = newestFirst(memory.read());
    String target = release == null ? before(releases) : kept(releases, release);
    if (ports.store().release(settings.app(), target).isEmpty()) {
      throw new Refused(
          "release " + target + " is not kept any more; deploy it by its version file instead");
    }
    refuseOverSchema(since(releases, target));
    Hold hold = new Hold("rolled back to " + target, by, ports.time().now());
    memory.change(m -> RestoreHolds.held(m.release(target).withPinned(target), hold));
  }

  private static String before(List<String> newestFirst) {
    if (newestFirst.size() < 2) {
      throw new Refused("there is no release before the present one to roll back to");
    }
    return newestFirst.get(1);
  }

  private static String kept(List<String> releases, String release) {
    if (!releases.contains(release)) {
      throw new Refused(
          "release " + release + " is not kept; kept are " + String.join(", ", releases));
    }
    return release;
  }

  /**
   * A person gets no rollback either over a schema that a release on the way says does not allow
   * it.
   */
  private void refuseOverSchema(List<String> undone) {
    for (String id : undone) {
      boolean changes =
          ports.store().release(settings.app(), id).stream()
              .flatMap(release -> release.rollout().migrations().stream())
              .anyMatch(migration -> !(migration.onRollback() instanceof OnRollback.Keep));
      if (changes) {
        throw new Refused(
            "release "
                + id
                + " says that its migration does not leave a schema for the release before it (on-rollback is not keep);"
                + " undo the migration and deploy the older version by its version file");
      }
    }
  }

  /** What has been or is being brought in since the target, newest first. */
  private static List<String> since(List<String> newestFirst, String target) {
    return newestFirst.stream().takeWhile(id -> !id.equals(target)).toList();
  }

  /**
   * The release in flight, which a rollback is meant to undo as well, and those that were
   * confirmed.
   */
  private List<String> newestFirst(Memory known) {
    List<String> releases = new ArrayList<>();
    Optional.ofNullable(known.deployment())
        .flatMap(id -> ports.store().record(settings.app(), id))
        .filter(
            record ->
                record.kind() == DeploymentRecord.Kind.DEPLOY
                    && !Settlement.isOver(record)
                    && !record.waits())
        .ifPresent(record -> releases.add(record.release()));
    known.confirmed().stream()
        .map(Memory.Confirmed::release)
        .filter(id -> !releases.contains(id))
        .forEach(releases::add);
    return releases;
  }
}
