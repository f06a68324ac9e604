package dev.holdfast.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a release is held against while it is watched, beside the health of its services. */
public record WatchSpec(List<LogPattern> logs, List<Metric> metrics) {
  public WatchSpec {
    logs = List.copyOf(logs);
    metrics = List.copyOf(metrics);
  }

  /**
   * A line of a service's output that must not come.
   *
   * @param service null: any service that is watched
   * @param pattern an RE2 expression
   */
  public record LogPattern(@Nullable String service, String pattern) {}

  /**
   * A Prometheus query whose values must stay within bounds. The bounds are decimal numbers as
   * written; at least one is there.
   *
   * @param prometheus the server's address, without /api/v1/query
   */
  public record Metric(
      String prometheus, String query, @Nullable String max, @Nullable String min) {}
}
