package dev.holdfast.plan;

import dev.holdfast.model.Backup.From;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Migration.Mode;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The migrations of a plan forward: whether they run at all, after whom, and what they need. */
final class Migrations {
  private final PlanInput in;
  private final Release release;
  private final DeploymentRecord record;
  private final ObservedState seen;
  private final Touched touched;

  Migrations(PlanInput in, Touched touched) {
    this.in = in;
    this.release = in.release();
    this.record = in.record();
    this.seen = in.seen();
    this.touched = touched;
  }

  /**
   * A release whose containers all run already was migrated when they were started, unless what is
   * to be run has changed. Of containers that the agent did not make nobody knows that: a first
   * release that takes them over runs its migrations, which find nothing to do where it was done.
   */
  boolean run() {
    if (record.kind() == Kind.ROLLBACK || release.rollout().migrations().isEmpty()) {
      return false;
    }
    Release previous = in.previous();
    boolean changed =
        previous != null && !previous.rollout().migrations().equals(release.rollout().migrations());
    return changed || touched.isAny() || (previous == null && touched.takesOver());
  }

  /** No two run at once: those of earlier deployments are waited for. */
  List<Step> others() {
    return seen.containers().stream().filter(this::isForeign).map(Migrations::awaited).toList();
  }

  private boolean isForeign(ObservedContainer container) {
    String migration = Labels.migration(container.labels());
    return migration != null
        && container.active()
        && !migration.startsWith(record.deploymentId() + "/");
  }

  private static Step awaited(ObservedContainer container) {
    return new Step.AwaitMigration(
        container.service(), ContainerRef.of(container), "no two migrations run at once");
  }

  List<Step> of(Mode mode) {
    if (!run()) {
      return List.of();
    }
    List<Migration> all = release.rollout().migrations();
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Migration migration = all.get(i);
      if (migration.mode() == mode && isToRun(i)) {
        steps.add(
            mode == Mode.RUN
                ? new Step.RunMigration(
                    migration.service(), i, migration.command(), "the release asks for it")
                : new Step.ExecMigration(
                    migration.service(), i, migration.command(), "the release asks for it"));
      }
    }
    return steps;
  }

  boolean isToRun(int index) {
    return !Objects.equals(record.migrations().get(index), 0);
  }

  /** Its image is needed for them, or for what is saved before them. */
  boolean need(String service) {
    return runs(service) || readsBackup(service);
  }

  private boolean runs(String service) {
    return run()
        && release.rollout().migrations().stream().anyMatch(m -> m.service().equals(service));
  }

  /** What is mounted is read through a container that is made of its image and never started. */
  private boolean readsBackup(String service) {
    return run()
        && release.rollout().backups().values().stream()
            .anyMatch(
                backup ->
                    backup.from() instanceof From.Mounted mounted
                        && mounted.service().equals(service));
  }
}
