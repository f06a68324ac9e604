package dev.holdfast.model;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What people have said to a release that waits, and the agent has not yet written into its record.
 *
 * @param decision of the deployment in flight, or of the last one while it stands
 * @param leave to go through window and freeze
 */
public record Consent(@Nullable Decision decision, @Nullable Leave leave) {
  public static final Consent NONE = new Consent(null, null);

  /** So long a leave waits for a look that says which release it is for. */
  private static final Duration UNBOUND = Duration.ofMinutes(15);

  /**
   * @param taken the agent has acted on it: it cannot be taken back any more
   */
  public record Decision(String deployment, String release, Approval approval, boolean taken) {}

  /**
   * @param release for which it was given; null: for the one that the next look finds
   */
  public record Leave(@Nullable String release, Passage passage) {}

  /** A decision counts for the deployment that it was made of, and for no other. */
  public @Nullable Decision of(String deployment) {
    return decision != null && decision.deployment().equals(deployment) ? decision : null;
  }

  public @Nullable Passage passage(String release) {
    return leave != null && release.equals(leave.release()) ? leave.passage() : null;
  }

  public Consent with(@Nullable Decision next) {
    return new Consent(next, leave);
  }

  public Consent with(@Nullable Leave next) {
    return new Consent(decision, next);
  }

  /**
   * A look has found what is desired: a leave is for that release from now on, and one for another
   * has had its day, as has one for what runs already.
   */
  public Consent found(@Nullable String desired, @Nullable String lastGood, Instant now) {
    if (leave == null) {
      return this;
    }
    Instant at = leave.passage().at();
    // A clock that was set back must not make it last.
    boolean stale = leave.release() == null && (now.isBefore(at) || now.isAfter(at.plus(UNBOUND)));
    boolean passed =
        desired != null
            && (desired.equals(lastGood)
                || (leave.release() != null && !leave.release().equals(desired)));
    if (stale || passed) {
      return with((Leave) null);
    }
    return desired == null || leave.release() != null
        ? this
        : with(new Leave(desired, leave.passage()));
  }
}
