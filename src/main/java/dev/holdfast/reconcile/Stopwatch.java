package dev.holdfast.reconcile;

import java.time.Instant;

/**
 * The time of day as it is when a wait begins, and from then on as far as the machine's steady
 * counter has come: somebody who sets the clock meanwhile makes no wait longer or shorter, and no
 * release late.
 */
final class Stopwatch {
  private final Time time;
  private final Instant begun;
  private final long from;

  Stopwatch(Time time) {
    this.time = time;
    this.begun = time.now();
    this.from = time.ticks();
  }

  Instant begun() {
    return begun;
  }

  Instant now() {
    return begun.plusNanos(time.ticks() - from);
  }
}
