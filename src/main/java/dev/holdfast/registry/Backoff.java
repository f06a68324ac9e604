package dev.holdfast.registry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits that double from {@code first} to {@code most}, each varied between three quarters and five
 * quarters of its length so that servers which failed together do not come back together.
 */
record Backoff(Duration first, Duration most) {
  Duration after(int failures, RandomGenerator random) {
    int doublings = Math.clamp(failures - 1L, 0, 30);
    long millis = Math.min(first.toMillis() << doublings, most.toMillis());
    return Duration.ofMillis((long) (millis * (0.75 + 0.5 * random.nextDouble())));
  }
}
