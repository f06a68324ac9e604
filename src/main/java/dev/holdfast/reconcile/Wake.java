package dev.holdfast.reconcile;

import java.time.Duration;
import java.util.Locale;

/**
 * What asks for a look before its time. Each may ask for a few at once, and then for one after each
 * pause: a flood of hooks or a container that dies again and again costs no more than that.
 */
public enum Wake {
  HOOK(10, Duration.ofSeconds(2)),
  FILE(10, Duration.ofSeconds(2)),
  ENGINE(5, Duration.ofSeconds(15));

  private final int burst;
  private final Duration pause;

  Wake(int burst, Duration pause) {
    this.burst = burst;
    this.pause = pause;
  }

  int burst() {
    return burst;
  }

  Duration pause() {
    return pause;
  }

  /** As metrics have it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
