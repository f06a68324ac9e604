package dev.holdfast.rollout;

import dev.holdfast.model.Approval;
import dev.holdfast.model.Consent;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.Passage;
import dev.holdfast.rollout.Timetable.Standing;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a deployment that has not begun its work may, in this order:
 *
 * <ol>
 *   <li>What a person rejected ends, also where it was approved before and waits for its window.
 *   <li>Without a person's approval it waits where agent.yaml asks for one, until that expires. An
 *       approval once given stays, however long the window is closed then.
 *   <li>In a closed window or a freeze it waits, unless a person let this release through.
 * </ol>
 *
 * It is asked anew at each look, so that a clock that jumps only makes it wait longer or shorter.
 */
public sealed interface Clearance {
  /**
   * @param approval null: none was needed
   * @param passage by whose leave it goes through a closed window; null: it is open
   */
  record Clear(@Nullable Approval approval, @Nullable Passage passage) implements Clearance {}

  /**
   * @param expires null: never
   */
  record AwaitsApproval(Instant since, @Nullable Instant expires) implements Clearance {}

  record AwaitsWindow(@Nullable Approval approval, Standing.Closed closed) implements Clearance {}

  /** It was rejected, or nobody approved it in time. */
  record Refused(Approval approval) implements Clearance {}

  static Clearance of(Rules rules, DeploymentRecord record, Consent consent, Instant now) {
    Consent.Decision decision = consent.of(record.deploymentId());
    Approval given = decision == null ? record.approval() : decision.approval();
    if (given != null && given.state() != Approval.State.APPROVED) {
      return new Refused(given);
    }
    if (rules.approval() && given == null) {
      return awaited(rules, record, now);
    }
    Passage passage = record.passedWindow();
    passage = passage == null ? consent.passage(record.release()) : passage;
    return switch (rules.timetable().at(now)) {
      case Standing.Open _ -> new Clear(given, record.passedWindow());
      case Standing.Closed closed ->
          passage == null ? new AwaitsWindow(given, closed) : new Clear(given, passage);
    };
  }

  private static Clearance awaited(Rules rules, DeploymentRecord record, Instant now) {
    Instant since =
        record.steps().stream()
            .filter(step -> step.step().equals("approve"))
            .map(StepRecord::startedAt)
            .findFirst()
            .orElse(now);
    Duration limit = rules.expires();
    Instant expires = limit == null ? null : since.plus(limit);
    return expires == null || now.isBefore(expires)
        ? new AwaitsApproval(since, expires)
        : new Refused(
            new Approval(Approval.State.EXPIRED, "holdfast", now, "nobody approved it in time"));
  }
}
