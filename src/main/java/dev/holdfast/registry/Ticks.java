package dev.holdfast.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Intervals by the monotonic clock, so that a jump of the wall clock neither stops nor floods. */
record Ticks(InstantSource wall, LongSupplier nanos) {
  static final Ticks SYSTEM = new Ticks(InstantSource.system(), System::nanoTime);

  long after(Duration wait) {
    return nanos.getAsLong() + wait.toNanos();
  }

  /** Negative once the moment has passed. */
  Duration until(long moment) {
    return Duration.ofNanos(moment - nanos.getAsLong());
  }

  boolean passed(long moment) {
    return moment - nanos.getAsLong() <= 0;
  }

  /** The wall clock's time of that moment, for people. */
  Instant instantOf(long moment) {
    return wall.instant().plus(until(moment));
  }
}
