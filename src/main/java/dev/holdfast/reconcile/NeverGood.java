package dev.holdfast.reconcile;

import dev.holdfast.model.Backup;
import dev.holdfast.model.Backup.From;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Memory.Confirmed;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Release;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A database that a release brought which then failed, and that no confirmed release ever had:
 * nobody has worked on it, so that nothing of it must be saved, and a later release may mend it.
 * What is not known for certain must be saved: a container that the agent did not make, or whose
 * deployment it remembers nothing of, as after the loss of its state.
 */
final class NeverGood {
  static final String WHY =
      "its service was never part of a release that was confirmed, so that nothing must be saved";

  private static final Set<Status> FAILED =
      Set.of(Status.FAILED, Status.ROLLED_BACK, Status.ROLLBACK_FAILED);

  private final AppPorts ports;
  private final Work work;
  private final String app;

  NeverGood(AppPorts ports, Work work) {
    this.ports = ports;
    this.work = work;
    this.app = work.release().app();
  }

  /**
   * @param deployment the one that asks, whose own containers say nothing
   */
  boolean holds(String name, String deployment) {
    Backup backup = work.release().rollout().backups().get(name);
    return backup != null
        && backup.from() instanceof From.Command command
        && isUnconfirmed(command.service())
        && isOfFailures(command.service(), deployment);
  }

  private boolean isUnconfirmed(String service) {
    for (Confirmed good : work.memory().read().confirmed()) {
      Optional<Release> release = ports.store().release(app, good.release());
      if (release.isEmpty() || release.get().services().containsKey(service)) {
        return false;
      }
    }
    return true;
  }

  private boolean isOfFailures(String service, String deployment) {
    List<ObservedContainer> earlier =
        ports.engine().observe(app, null).of(service).stream()
            .filter(c -> !c.oneOff() && !c.deployment().equals(deployment))
            .toList();
    return !earlier.isEmpty() && earlier.stream().allMatch(this::isOfFailure);
  }

  private boolean isOfFailure(ObservedContainer container) {
    return container.isOurs(app)
        && ports
            .store()
            .record(app, container.deployment())
            .map(DeploymentRecord::status)
            .filter(FAILED::contains)
            .isPresent();
  }
}
