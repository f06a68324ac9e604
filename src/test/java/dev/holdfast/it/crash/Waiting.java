package dev.holdfast.it.crash;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting with a limit, and with what was there when it ran out. */
final class Waiting {
  private static final long PAUSE_MILLIS = 150;

  private Waiting() {}

  static void until(String what, Duration limit, BooleanSupplier condition) {
    until(what, limit, condition, () -> "");
  }

  static void until(
      String what, Duration limit, BooleanSupplier condition, Supplier<String> evidence) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(
            "not within " + limit.toSeconds() + " s: " + what + "\n" + evidence.get());
      }
      pause(PAUSE_MILLIS);
    }
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
