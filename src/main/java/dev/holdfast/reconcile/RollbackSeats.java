package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Backup;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Memory;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Release;
import dev.holdfast.plan.DataUsers;
import dev.holdfast.plan.Undos;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Shells at data that a rollback puts back. At night the app is down until it is back, and nobody
 * may be at the terminal that keeps it so: whoever sits there is told why and their shell ends.
 * From the moment at which the deployment turns, which is on the disk before anything of the way
 * back is done, until the data is back, none is opened there.
 */
final class RollbackSeats {
  private static final Duration SLICE = Duration.ofSeconds(1);
  private static final int SLICES = 60;

  private final AppPorts ports;
  private final Work work;
  private final String app;

  RollbackSeats(AppPorts ports, Work work) {
    this.ports = ports;
    this.work = work;
    this.app = work.release().app();
  }

  /**
   * @throws Apps.Refused where a rollback is about to replace what the service uses
   */
  static void refuse(AppPorts ports, String app, Memory known, String service) {
    Optional<DeploymentRecord> back =
        Optional.ofNullable(known.deployment())
            .flatMap(id -> ports.store().record(app, id))
            .filter(record -> record.direction() == Direction.BACK && !Settlement.isOver(record));
    Release release = back.flatMap(r -> ports.store().release(app, r.release())).orElse(null);
    if (back.isEmpty() || release == null) {
      return;
    }
    DeploymentRecord record = back.get();
    Release previous =
        Optional.ofNullable(record.previousRelease())
            .flatMap(id -> ports.store().release(app, id))
            .orElse(release);
    Undos.restoring(release, record)
        .forEach(
            (index, name) -> {
              Backup backup = Objects.requireNonNull(release.rollout().backups().get(name));
              boolean owed = !Objects.equals(record.undone().get(index), 0);
              if (owed && DataUsers.hands(release, previous, backup).contains(service)) {
                throw new Apps.Refused(
                    why(record.deploymentId(), name)
                        + "; try again once it is over: `holdfast status "
                        + app
                        + "`");
              }
            });
  }

  private static String why(String deployment, String backup) {
    return "the rollback of deployment "
        + deployment
        + " restores backup "
        + backup
        + ", and what a shell writes meanwhile would be lost or in its way";
  }

  /** Nobody sits there any more, or it is to be tried again. */
  StepResult clear(String deployment, String name) {
    Backup backup = Objects.requireNonNull(work.release().rollout().backups().get(name), name);
    Release previous = work.previous() == null ? work.release() : work.previous();
    Set<String> services = DataUsers.hands(work.release(), previous, backup);
    String left = "";
    for (int i = 0; i < SLICES; i++) {
      left = work.shells().end(app, services, why(deployment, name), SLICE);
      ports.time().checkStopping();
      if (left.isEmpty()) {
        return withoutOrphans(services);
      }
    }
    return new StepResult.Suspended(
        "a shell at the data of backup " + name + " does not end: " + left, true);
  }

  /** What an earlier life left: its person is gone, and its command may still write. */
  private StepResult withoutOrphans(Set<String> services) {
    try {
      for (ObservedContainer c : ports.engine().observe(app, null).containers()) {
        String id = Labels.shell(c.labels());
        boolean orphan =
            id != null
                && c.isOurs(app)
                && services.contains(c.service())
                && !work.shells().isOpen(id);
        if (orphan && !Shells.remove(c, ports.engine(), ports.signals(), Shells.ORPHANS_GRACE)) {
          return new StepResult.Suspended(
              "the container of a shell, " + c.name() + ", could not be removed", true);
        }
      }
      return StepResult.Done.PLAIN;
    } catch (EngineException e) {
      ports.time().checkStopping();
      return EngineCalls.classify(e);
    }
  }
}
