package dev.holdfast.model;

import org.jspecify.annotations.Nullable;

/**
 * A Prometheus query about the containers of a canary. Numbers are decimal, as written; at least
 * one of the bounds is there.
 *
 * @param query with {@code {{instances}}} where the addresses of the containers go, and {@code
 *     {{containers}}} where their names go, both as regular expressions
 * @param maxRatio how many times the old containers' value the new ones' may be
 */
public record CanaryMetric(
    String prometheus,
    String query,
    @Nullable String max,
    @Nullable String min,
    @Nullable String maxRatio) {
  /** About some containers. */
  public WatchSpec.Metric about(String instances, String containers) {
    String put = query.replace("{{instances}}", instances).replace("{{containers}}", containers);
    return new WatchSpec.Metric(prometheus, put, max, min);
  }
}
