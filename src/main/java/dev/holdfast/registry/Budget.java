package dev.holdfast.registry;

import java.time.Duration;

/**
 * A token bucket: at most {@link #BURST} requests at once and {@link #PER_SECOND} a second in the
 * long run, whatever the callers do. Twice what fifty images polled each 30 s need; a full tag list
 * of {@link Pages#MAX_PAGES} pages fits into the burst.
 */
final class Budget {
  static final int BURST = 240;
  static final int PER_SECOND = 20;
  private final Ticks ticks;
  private double tokens = BURST;
  private long filledAt;

  Budget(Ticks ticks) {
    this.ticks = ticks;
    this.filledAt = ticks.nanos().getAsLong();
  }

  /** Takes one request; how long to wait where there is none, zero where it was taken. */
  Duration take() {
    long now = ticks.nanos().getAsLong();
    tokens = Math.min(BURST, tokens + (now - filledAt) / 1e9 * PER_SECOND);
    filledAt = now;
    if (tokens >= 1) {
      tokens--;
      return Duration.ZERO;
    }
    return Duration.ofMillis((long) Math.ceil((1 - tokens) / PER_SECOND * 1000));
  }
}
