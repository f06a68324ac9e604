package dev.holdfast.reconcile;

import dev.holdfast.backup.Saved;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Release;
import dev.holdfast.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Backups of before the migrations of the release that runs. The newest one mostly is: it was taken
 * for that very migration, and no migration is run again after a restore.
 */
final class OlderSchema {
  private static final int RECENT = 100;

  private final Store store;
  private final String app;
  private final Release release;

  /**
   * @param release the last good one
   */
  OlderSchema(Store store, String app, Release release) {
    this.store = store;
    this.app = app;
    this.release = release;
  }

  Set<String> ids(List<Saved> all) {
    List<Saved> of = all.stream().filter(this::isOfAnother).toList();
    if (of.isEmpty()) {
      return Set.of();
    }
    List<DeploymentRecord> records = store.records(app, RECENT);
    return of.stream()
        .filter(taken -> isOlder(taken, records))
        .map(Saved::id)
        .collect(Collectors.toSet());
  }

  private boolean isOfAnother(Saved taken) {
    return !release.id().equals(taken.release());
  }

  private boolean isOlder(Saved taken, List<DeploymentRecord> newestFirst) {
    boolean reachesBack =
        newestFirst.stream().anyMatch(record -> !record.timestamp().isAfter(taken.takenAt()));
    return reachesBack
        ? newestFirst.stream().anyMatch(record -> migratedSince(record, taken))
        : !release.rollout().migrations().isEmpty();
  }

  /** A release that was confirmed, and a migration of which ran after that moment. */
  private static boolean migratedSince(DeploymentRecord record, Saved taken) {
    boolean since =
        record.deploymentId().equals(taken.id())
            || (record.endedAt() != null && record.endedAt().isAfter(taken.takenAt()));
    boolean confirmed =
        record.status() == Status.SUCCEEDED
            || (record.status() == Status.DEGRADED
                && record.failure() != null
                && record.failure().step().equals("after"));
    return since && confirmed && record.migrations().containsValue(0);
  }

  void refuse(List<Saved> taken) {
    Set<String> older = ids(taken);
    Optional<Saved> first = taken.stream().filter(s -> older.contains(s.id())).findFirst();
    if (first.isPresent()) {
      String of =
          first.get().release() == null ? "another release" : "release " + first.get().release();
      throw new Apps.Refused(
          "backup "
              + first.get().id()
              + " was taken under "
              + of
              + ", and the data has been migrated since: its schema is older than the one that release "
              + release.id()
              + " runs on, and no migration is run again. Go back to "
              + of
              + " first (`holdfast rollback "
              + app
              + "`), or restore it all the same with --older-schema");
    }
  }
}
