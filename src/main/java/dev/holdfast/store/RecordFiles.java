package dev.holdfast.store;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The records of deployments, each in the folder that has its id. */
final class RecordFiles {
  private static final int MOST_RECORDS = 1_000;
  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path state;
  private final Documents documents;
  private final RedactedJson redacted;
  private final Warnings warnings;
  private final AppLocks locks;

  RecordFiles(
      Path state, Documents documents, RedactedJson redacted, Warnings warnings, AppLocks locks) {
    this.state = state;
    this.documents = documents;
    this.redacted = redacted;
    this.warnings = warnings;
    this.locks = locks;
  }

  Optional<DeploymentRecord> record(String app, String deploymentId) {
    synchronized (locks.of(app)) {
      return documents.read(
          AppFolder.of(state, app).record(deploymentId),
          RecordJson.mapper(),
          DeploymentRecord.class);
    }
  }

  void save(DeploymentRecord record) {
    Path file = AppFolder.of(state, record.app()).record(record.deploymentId());
    synchronized (locks.of(record.app())) {
      documents.write(file, redacted.of(record), DurableFiles.SHARED);
    }
  }

  List<DeploymentRecord> newest(String app, int limit) {
    List<DeploymentRecord> found = new ArrayList<>();
    List<String> ids = ids(app).sorted(AppFolder.NEWEST_FIRST).toList();
    for (String id : ids) {
      if (found.size() >= Math.min(limit, MOST_RECORDS)) {
        break;
      }
      readable(app, id).ifPresent(found::add);
    }
    return List.copyOf(found);
  }

  List<String> since(String app, Instant since) {
    String first = ID_TIME.format(since);
    return ids(app)
        .filter(id -> AppFolder.time(id).compareTo(first) >= 0)
        .sorted(AppFolder.NEWEST_FIRST)
        .toList();
  }

  private Stream<String> ids(String app) {
    return DurableFiles.names(AppFolder.of(state, app).deployments())
        .filter(AppFolder::isDeployment);
  }

  private Optional<DeploymentRecord> readable(String app, String id) {
    try {
      return record(app, id);
    } catch (UncheckedIOException | NewerFormatException e) {
      warnings.warn(e.getMessage() + "; it is left out of the history");
      return Optional.empty();
    }
  }

  void drop(String app, Instant before, @Nullable String inFlight) {
    ids(app)
        // A deployment cannot have ended before it began, and its id says when that was.
        .filter(
            id -> AppFolder.time(id).compareTo(ID_TIME.format(before)) <= 0 && !id.equals(inFlight))
        .filter(id -> endedBefore(app, id, before))
        .forEach(id -> DurableFiles.remove(AppFolder.of(state, app).deployment(id)));
  }

  /**
   * A folder whose record is lost counts by the time in its id; one that cannot be read now stays.
   */
  private boolean endedBefore(String app, String id, Instant before) {
    try {
      Optional<DeploymentRecord> record = record(app, id);
      return record.isEmpty()
          || (record.get().status() != Status.IN_PROGRESS
              && isBefore(record.get().endedAt(), before));
    } catch (UncheckedIOException | NewerFormatException e) {
      warnings.warn(e.getMessage() + "; it is kept");
      return false;
    }
  }

  private static boolean isBefore(@Nullable Instant ended, Instant before) {
    return ended != null && ended.isBefore(before);
  }
}
