package dev.holdfast.api;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** By which it is judged whether anybody still sits at a shell. */
interface SeatClock {
  /** As {@link System#nanoTime}. */
  long nanos();

  /** How often it is looked at. */
  Duration glance();

  /** The machine's own. */
  @ApplicationScoped
  class Monotonic implements SeatClock {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public Duration glance() {
      return Duration.ofSeconds(5);
    }
  }
}
