package dev.holdfast.reconcile;

import dev.holdfast.backup.Saved;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Step;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries out the steps of backups in a deployment, and keeps what their commands say. */
final class BackupSteps {
  private final AppPorts ports;
  private final Work work;
  private final String app;
  private final Release release;
  private final @Nullable Journal journal;
  private final DataSteps data;
  private final NeverGood neverGood;

  BackupSteps(AppPorts ports, Work work, @Nullable Journal journal, EngineCalls calls) {
    this.ports = ports;
    this.work = work;
    this.app = work.release().app();
    this.release = work.release();
    this.journal = journal;
    this.neverGood = new NeverGood(ports, work);
    this.data = new DataSteps(ports, work, calls);
  }

  StepResult take(Step.TakeBackup step) {
    if (step.skipped() != null) {
      account().leftOut(step.name());
      return new StepResult.Done("skipped: " + step.name() + ": " + step.skipped());
    }
    DataSteps.Reason reason =
        new DataSteps.Reason(
            account().record().deploymentId(), Saved.Purpose.DEPLOYMENT, null, true);
    StepResult taken = data.take(step.name(), reason, said("backup-" + step.name()));
    if (taken instanceof StepResult.Failed failed
        && neverGood.holds(step.name(), account().record().deploymentId())) {
      account().leftOut(step.name());
      return new StepResult.Done(
          "skipped: " + step.name() + ": " + NeverGood.WHY + ", and " + failed.reason());
    }
    boolean good = taken instanceof StepResult.Done && isRestoredByAMigration(step.name());
    StepResult loads = good ? data.canLoad(step.name()) : taken;
    return loads instanceof StepResult.Done ? taken : loads;
  }

  /** Then a rollback is no moment to find out that it cannot be. */
  private boolean isRestoredByAMigration(String name) {
    return release.rollout().migrations().stream()
        .anyMatch(migration -> migration.onRollback().equals(new OnRollback.Restore(name)));
  }

  StepResult restore(Step.RestoreBackup step) {
    String id = account().record().deploymentId();
    StepResult alone = new RollbackSeats(ports, work).clear(id, step.name());
    if (!(alone instanceof StepResult.Done)) {
      return alone;
    }
    Optional<Saved> taken = ports.backups().find(app, id, step.name());
    StepResult result =
        taken.isEmpty()
            ? StepResult.Failed.of(
                "backup " + step.name() + " of this deployment is gone from the agent's state")
            : data.restore(taken.get(), said("restore-" + step.name()));
    return switch (result) {
      case StepResult.Done done -> {
        account().undone(step.index(), 0);
        yield new StepResult.Done("backup " + step.name() + " was restored");
      }
      case StepResult.Failed failed -> {
        account().undone(step.index(), 1);
        yield new StepResult.Failed(
            failed.reason() + "; the services that use the data are stopped",
            failed.logTail(),
            false);
      }
      case StepResult.Replan replan -> replan;
      case StepResult.Suspended suspended -> suspended;
    };
  }

  private Tail said(String file) {
    return new Tail(account().output(file + ".log"));
  }

  private Journal account() {
    return Objects.requireNonNull(journal, "only deployments have backups as steps");
  }
}
