package dev.holdfast.plan;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.Release;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether a release is put back by itself if it fails, and why not: known before it begins, from
 * what its migrations say of the release before.
 */
public record RollbackOutlook(boolean automatic, String reason) {

  /**
   * @param record the deployment that is in flight, or a draft of it
   * @param migrations indexes of those that are still to run
   */
  public static RollbackOutlook of(
      Release release,
      @Nullable String lastGood,
      DeploymentRecord record,
      SortedSet<Integer> migrations) {
    if (lastGood == null) {
      return new RollbackOutlook(
          false, "there is no release to roll back to: if it fails it is left stopped");
    }
    Optional<String> ran = forbidden(release, lastGood, done(record, release), true);
    if (ran.isPresent()) {
      return new RollbackOutlook(false, ran.get());
    }
    Optional<String> coming = forbidden(release, lastGood, migrations, false);
    return coming
        .map(reason -> new RollbackOutlook(false, reason))
        .orElseGet(() -> new RollbackOutlook(true, way(release, lastGood, record, migrations)));
  }

  /** Those that a plan is still to run. */
  public static SortedSet<Integer> migrations(Plan plan) {
    SortedSet<Integer> indexes = new TreeSet<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.RunMigration run) {
        indexes.add(run.index());
      } else if (step instanceof Step.ExecMigration exec) {
        indexes.add(exec.index());
      }
    }
    return indexes;
  }

  private static SortedSet<Integer> done(DeploymentRecord record, Release release) {
    SortedSet<Integer> done = new TreeSet<>();
    for (int i = 0; i < release.rollout().migrations().size(); i++) {
      if (Objects.equals(record.migrations().get(i), 0)) {
        done.add(i);
      }
    }
    return done;
  }

  private static Optional<String> forbidden(
      Release release, String lastGood, SortedSet<Integer> indexes, boolean ran) {
    List<Migration> all = release.rollout().migrations();
    return indexes.stream()
        .map(all::get)
        .flatMap(
            migration ->
                why(migration.onRollback()).stream().map(w -> said(migration, w, lastGood, ran)))
        .findFirst();
  }

  private static Optional<String> why(OnRollback onRollback) {
    return switch (onRollback) {
      case OnRollback.Keep keep -> Optional.empty();
      case OnRollback.Command command -> Optional.empty();
      case OnRollback.Hold hold -> Optional.of("hold");
      case OnRollback.Restore restore -> Optional.empty();
    };
  }

  private static String said(Migration migration, String why, String lastGood, boolean ran) {
    return (ran
            ? "its migration in " + migration.service() + " has run"
            : "once its migration in "
                + migration.service()
                + " has run, it is not rolled back automatically")
        + ": release "
        + lastGood
        + " cannot run on the new schema (on-rollback: "
        + why
        + ")";
  }

  private static String way(
      Release release, String lastGood, DeploymentRecord record, SortedSet<Integer> coming) {
    SortedSet<Integer> all = new TreeSet<>(coming);
    all.addAll(done(record, release));
    String back = "if it fails, release " + lastGood + " is put back";
    if (all.isEmpty()) {
      return back;
    }
    List<Migration> migrations = release.rollout().migrations();
    Optional<String> restored =
        all.stream()
            .map(migrations::get)
            .map(Migration::onRollback)
            .filter(OnRollback.Restore.class::isInstance)
            .map(restore -> ((OnRollback.Restore) restore).backup())
            .filter(backup -> !record.leftOut().contains(backup))
            .findFirst();
    if (restored.isPresent()) {
      return back
          + ", after backup "
          + restored.get()
          + " has been restored: what was written since it was taken is lost";
    }
    boolean undoes =
        all.stream()
            .map(migrations::get)
            .anyMatch(m -> m.onRollback() instanceof OnRollback.Command);
    return undoes
        ? back + ", after the on-rollback commands of its migrations have been run in the new image"
        : back + ", on the schema as it is then (on-rollback: keep)";
  }
}
