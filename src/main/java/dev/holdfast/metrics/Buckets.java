package dev.holdfast.metrics;

import java.time.Duration;
import java.util.stream.IntStream;

/** Where histograms are cut. */
final class Buckets {
  private Buckets() {}

  /** A deployment takes from seconds (nothing to pull) to an hour (a long migration). */
  static Duration[] deployments() {
    return IntStream.of(5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600)
        .mapToObj(Duration::ofSeconds)
        .toArray(Duration[]::new);
  }
}
