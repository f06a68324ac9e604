package dev.holdfast.report;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the figures need of a deployment that ended; small, so that months of them fit in memory.
 *
 * @param served when the app began to be changed; null: nothing was touched
 */
public record Change(
    String app,
    Instant began,
    Instant ended,
    Kind kind,
    Status status,
    String release,
    @Nullable String previousRelease,
    @Nullable Instant committed,
    @Nullable Instant served) {
  private static final Set<String> CHANGING = Set.of("migrate", "update");

  /** Null for one that goes on. */
  public static @Nullable Change of(DeploymentRecord record) {
    Instant ended = record.endedAt();
    if (ended == null || record.status() == Status.IN_PROGRESS) {
      return null;
    }
    return new Change(
        record.app(),
        record.timestamp(),
        ended,
        record.kind(),
        record.status(),
        record.release(),
        record.previousRelease(),
        record.commitTime(),
        served(record));
  }

  private static @Nullable Instant served(DeploymentRecord record) {
    if (!record.updateBegan() && record.direction() == Direction.FORWARD) {
      return null;
    }
    return record.steps().stream()
        .filter(step -> CHANGING.contains(step.step()))
        .map(StepRecord::startedAt)
        .min(Instant::compareTo)
        .orElse(record.timestamp());
  }

  /** A new release that people had before them, if only for a moment. */
  boolean isDelivery() {
    return kind == Kind.DEPLOY && (isLive() || isUndone());
  }

  /** It was confirmed. */
  boolean isLive() {
    return status == Status.SUCCEEDED || status == Status.DEGRADED;
  }

  boolean isUndone() {
    return status == Status.ROLLED_BACK || status == Status.ROLLBACK_FAILED;
  }
}
