package dev.holdfast.reconcile;

/** How often one cause may wake one app: a bucket of looks that fills up over time. */
final class WakePace {
  private final int burst;
  private final long pause;
  private double looks;
  private long filledAt;

  WakePace(Wake cause, long now) {
    this.burst = cause.burst();
    this.pause = cause.pause().toNanos();
    this.looks = burst;
    this.filledAt = now;
  }

  /** When the look may be that is asked for now; never before {@code now}. */
  long next(long now) {
    looks = Math.min(burst, looks + (double) (now - filledAt) / pause);
    filledAt = now;
    double left = looks - 1;
    return left >= 0 ? now : now + (long) (-left * pause);
  }

  /** The look that {@link #next} told of will be. */
  void take() {
    looks -= 1;
  }
}
