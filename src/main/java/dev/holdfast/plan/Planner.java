package dev.holdfast.plan;

import dev.holdfast.model.Backup;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.Memory;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The planner: desired, observed and remembered in, an intent or a whole ordered plan out. It holds
 * these:
 *
 * <ul>
 *   <li>A deployment in flight goes first. It gives way to a newer desired state only while no
 *       container was touched.
 *   <li>One that only waits, for approval, a window or its turn, gives way to a rollback too, and
 *       to a hold it stays where it is.
 *   <li>A release in quarantine is not tried; the app is kept at its last good one.
 *   <li>An app that is held is left alone, but for the rollback that a person asked for with it.
 *   <li>What is not known (no desired state) changes nothing.
 * </ul>
 */
public final class Planner {
  private Planner() {}

  /**
   * @param desired the id of the release that the source asks for, or null while that is not known
   */
  public static Intent intent(
      @Nullable String desired, Memory memory, @Nullable DeploymentRecord inFlight, Instant now) {
    if (inFlight != null && inFlight.waits() && inFlight.kind() == Kind.DEPLOY) {
      return waiting(desired, memory, inFlight, now);
    }
    if (inFlight != null) {
      boolean untouched = inFlight.direction() == Direction.FORWARD && !inFlight.updateBegan();
      boolean asked = inFlight.kind() == Kind.DEPLOY;
      return desired != null && !desired.equals(inFlight.release()) && untouched && asked
          ? new Intent.Supersede(inFlight, desired)
          : new Intent.CarryOn(inFlight);
    }
    String lastGood = memory.lastGood();
    String pinned = pinned(memory, now);
    if (pinned != null) {
      return new Intent.Deploy(pinned, Kind.ROLLBACK, "a person asked for it");
    }
    if (memory.hold() != null) {
      return new Intent.LeaveAlone();
    }
    if (desired != null && !desired.equals(lastGood) && !memory.isQuarantined(desired, now)) {
      return new Intent.Deploy(
          desired, Kind.DEPLOY, lastGood == null ? "it is the first" : "the desired state changed");
    }
    return lastGood == null ? new Intent.Nothing(null) : new Intent.Keep(lastGood);
  }

  /** What only waits stands in nobody's way: not in a newer release's, not in a person's. */
  private static Intent waiting(
      @Nullable String desired, Memory memory, DeploymentRecord inFlight, Instant now) {
    if (desired != null && !desired.equals(inFlight.release())) {
      return new Intent.Supersede(inFlight, desired);
    }
    String pinned = pinned(memory, now);
    if (pinned != null) {
      return new Intent.Supersede(inFlight, pinned);
    }
    return memory.hold() == null ? new Intent.CarryOn(inFlight) : new Intent.LeaveAlone();
  }

  /** The release that a person wants back, where it is not there already. */
  private static @Nullable String pinned(Memory memory, Instant now) {
    String pinned = memory.pinned();
    return pinned != null && !pinned.equals(memory.lastGood()) && !memory.isQuarantined(pinned, now)
        ? pinned
        : null;
  }

  /** The rest of a deployment, whichever way it goes. */
  public static Plan deployment(PlanInput in) {
    return switch (in.record().direction()) {
      case FORWARD -> ForwardPlan.of(in);
      case BACK -> BackPlan.of(in);
    };
  }

  public static Plan keep(KeepInput in) {
    return KeepPlan.of(in);
  }

  /** Names of the containers that a plan which cleans removes. */
  public static List<String> leftOver(Release release, ObservedState seen) {
    return KeepPlan.leftOver(release, seen);
  }

  /**
   * What comes before these backups of a release that runs are restored.
   *
   * @param beside what may run in its place: a release that failed and was left, or the same
   */
  public static Plan beforeRestore(
      Release release, Release beside, ObservedState seen, List<Backup> backups) {
    return new Plan(RestorePlan.of(release, beside, seen).of(backups));
  }
}
