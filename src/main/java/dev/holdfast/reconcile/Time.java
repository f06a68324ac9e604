package dev.holdfast.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** The one clock. Waiting ends early when the agent stops. */
public interface Time {
  /** The time of day, which may jump: for what is written down and for what others' times say. */
  Instant now();

  /** Nanoseconds of a counter that never jumps: for how long something takes. */
  default long ticks() {
    Instant now = now();
    return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
  }

  /**
   * @throws Stopping when the agent stops, or has stopped waiting for other reasons
   */
  void sleep(Duration duration);

  /**
   * @throws Stopping when the agent stops
   */
  void checkStopping();

  /**
   * Runs a call that takes long and can be cut off without harm, such as a pull; a stop cuts it
   * off.
   */
  default <T> T interruptible(Supplier<T> call) {
    return call.get();
  }

  /** The agent stops: an attempt leaves everything as it stands, for the next start to carry on. */
  final class Stopping extends RuntimeException {
    public Stopping() {
      super("the agent stops", null, false, false);
    }
  }
}
