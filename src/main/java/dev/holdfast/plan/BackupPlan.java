package dev.holdfast.plan;

import dev.holdfast.model.Backup;
import dev.holdfast.model.Backup.From;
import dev.holdfast.model.Backup.Kind;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Migration.Mode;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.model.VolumeSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Data around a deployment's migrations:
 *
 * <ol>
 *   <li>Before the first of them begins each backup is taken that does not stand for this
 *       deployment yet, or is left out where there is nothing to save.
 *   <li>Once one has begun none is taken any more: it would save what the migration made.
 *   <li>Before one is restored, whoever uses the data is stopped; what happens afterwards is
 *       planned from what is there then.
 * </ol>
 */
final class BackupPlan {
  /**
   * One that was taken longer ago than this is taken again, as long as no migration can have begun:
   * the agent was away meanwhile, and the app was not.
   */
  private static final Duration FRESH = Duration.ofMinutes(5);

  private static final String CAUSE = "the release failed";

  private final Release release;
  private final DeploymentRecord record;
  private final ObservedState seen;
  private final PlanInput in;

  BackupPlan(PlanInput in) {
    this.in = in;
    this.release = in.release();
    this.record = in.record();
    this.seen = in.seen();
  }

  List<Step> take() {
    List<Step> steps = new ArrayList<>();
    if (migrationsBegan()) {
      return steps;
    }
    release
        .rollout()
        .backups()
        .forEach(
            (name, backup) -> {
              if (!record.leftOut().contains(name) && !stands(name)) {
                String absent = absent(backup.from()).orElse(null);
                steps.add(
                    new Step.TakeBackup(
                        backup.from().service(),
                        name,
                        absent,
                        absent == null ? "migrations come next" : absent));
              }
            });
    return steps;
  }

  private boolean stands(String name) {
    Duration age = in.backups().get(name);
    return age != null && (age.compareTo(FRESH) <= 0 || mayHaveMigratedInside());
  }

  /** A command in a service's own container leaves nothing that says that it was begun. */
  private boolean mayHaveMigratedInside() {
    return record.updateBegan()
        && release.rollout().migrations().stream()
            .anyMatch(migration -> migration.mode() == Mode.EXEC);
  }

  private boolean migrationsBegan() {
    return !record.migrations().isEmpty()
        || seen.containers().stream().anyMatch(this::isOwnMigration);
  }

  /** By its index; what reads and empties volumes has a word there. */
  private boolean isOwnMigration(ObservedContainer container) {
    String label = Labels.migration(container.labels());
    String own = record.deploymentId() + "/";
    return label != null
        && label.startsWith(own)
        && label.substring(own.length()).chars().allMatch(Character::isDigit);
  }

  private Optional<String> absent(From from) {
    return switch (from) {
      case From.Command command ->
          hasRun(Set.of(command.service()))
              ? Optional.empty()
              : Optional.of("its service " + command.service() + " has never run");
      case From.Mounted mounted when mounted.kind() == Kind.VOLUME -> {
        VolumeSpec volume = release.volumes().get(mounted.source());
        yield volume != null && seen.volumes().contains(volume.name())
            ? Optional.empty()
            : Optional.of("volume " + mounted.source() + " does not exist yet");
      }
      case From.Mounted mounted ->
          hasRun(DataUsers.direct(release, mounted))
              ? Optional.empty()
              : Optional.of("no service that mounts " + mounted.source() + " has ever run");
    };
  }

  private boolean hasRun(Set<String> services) {
    return seen.containers().stream()
        .anyMatch(
            c ->
                !c.oneOff()
                    && services.contains(c.service())
                    && !c.deployment().equals(record.deploymentId()));
  }

  /** Nothing where nothing was there that could have been saved. */
  List<Step> restore(int index, OnRollback.Restore restore) {
    Backup backup = release.rollout().backups().get(restore.backup());
    if (backup == null
        || (!in.backups().containsKey(restore.backup()) && !wasThere(backup.from()))) {
      return List.of();
    }
    List<Step> steps = RestorePlan.back(release, in.previous(), record, seen).of(List.of(backup));
    steps.add(new Step.RestoreBackup(backup.from().service(), index, restore.backup(), CAUSE));
    return steps;
  }

  /** It was saved then, and is gone: that is said, and not passed over. */
  private boolean wasThere(From from) {
    Set<String> services =
        switch (from) {
          case From.Command command -> Set.of(command.service());
          case From.Mounted mounted -> DataUsers.mounting(release, mounted);
        };
    return record.before().stream().map(Replaced::service).anyMatch(services::contains);
  }
}
