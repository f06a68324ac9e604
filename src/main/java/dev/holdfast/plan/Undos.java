package dev.holdfast.plan;

import dev.holdfast.model.Backup;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.Release;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How the migrations of a deployment are undone, the last one first. A backup was taken before all
 * of them: restoring it undoes the earlier migrations of that data too, and what they say for
 * themselves would then be done to data that never had them.
 *
 * <p>Which data a migration changed nobody says but its service: a database that it talks to, or,
 * where it talks to none, what it has mounted. Where those are several and not all of them are
 * restored, its own undo is run: on data that was restored it fails, and says so, while leaving it
 * out would put the release before on a schema that it does not know.
 */
public final class Undos {
  private Undos() {}

  /** The migrations that ran and are undone by restoring a backup, by their index: its name. */
  public static SortedMap<Integer, String> restoring(Release release, DeploymentRecord record) {
    SortedMap<Integer, String> all = new TreeMap<>();
    List<Migration> migrations = release.rollout().migrations();
    for (int i = 0; i < migrations.size(); i++) {
      if (ran(record, i)
          && migrations.get(i).onRollback() instanceof OnRollback.Restore restore
          && isTaken(release, record, restore.backup())
          && !isCovered(release, record, i)) {
        all.put(i, restore.backup());
      }
    }
    return all;
  }

  /** Names of the backups that were to be restored and are not. */
  public static SortedSet<String> owed(Release release, DeploymentRecord record) {
    SortedSet<String> owed = new TreeSet<>();
    restoring(release, record)
        .forEach(
            (index, backup) -> {
              Integer status = record.undone().get(index);
              if (status != null && status != 0) {
                owed.add(backup);
              }
            });
    return owed;
  }

  static boolean ran(DeploymentRecord record, int index) {
    return Objects.equals(record.migrations().get(index), 0);
  }

  private static boolean isTaken(Release release, DeploymentRecord record, String backup) {
    return release.rollout().backups().containsKey(backup) && !record.leftOut().contains(backup);
  }

  /** A later one that ran restores the data that it changed, as it was before both. */
  static boolean isCovered(Release release, DeploymentRecord record, int index) {
    List<Migration> migrations = release.rollout().migrations();
    SortedSet<String> restored = new TreeSet<>();
    for (int i = index + 1; i < migrations.size(); i++) {
      if (ran(record, i)
          && migrations.get(i).onRollback() instanceof OnRollback.Restore later
          && isTaken(release, record, later.backup())) {
        restored.add(later.backup());
      }
    }
    Migration earlier = migrations.get(index);
    return switch (earlier.onRollback()) {
      case OnRollback.Restore restore -> restored.contains(restore.backup());
      case OnRollback.Command command -> {
        SortedSet<String> changed = changedBy(release, earlier.service());
        yield !changed.isEmpty() && restored.containsAll(changed);
      }
      case OnRollback.Keep keep -> false;
      case OnRollback.Hold hold -> false;
    };
  }

  /** The backups of what a migration of this service can have changed. */
  private static SortedSet<String> changedBy(Release release, String service) {
    SortedSet<String> databases = new TreeSet<>();
    SortedSet<String> mounted = new TreeSet<>();
    release
        .rollout()
        .backups()
        .forEach(
            (name, backup) -> {
              if (uses(release, service, backup)) {
                (backup.from() instanceof Backup.From.Command ? databases : mounted).add(name);
              }
            });
    return databases.isEmpty() ? mounted : databases;
  }

  private static boolean uses(Release release, String service, Backup backup) {
    return backup.from().service().equals(service)
        || DataUsers.direct(release, backup.from()).contains(service);
  }
}
