package dev.holdfast.rollout;

import dev.holdfast.model.WatchSpec;
import java.util.Optional;

/** Whether a value lies within what a query's values must stay in; the bounds themselves do. */
public final class Bounds {
  private Bounds() {}

  /** What is wrong with it, or empty. */
  public static Optional<String> breach(WatchSpec.Metric metric, String of, double value) {
    boolean over = metric.max() != null && value > Double.parseDouble(metric.max());
    boolean under = metric.min() != null && value < Double.parseDouble(metric.min());
    if (!over && !under) {
      return Optional.empty();
    }
    return Optional.of(
        "the query "
            + metric.query()
            + (of.isEmpty() || of.equals("{}") ? "" : " for " + of)
            + " gives "
            + value
            + (over ? ", more than " + metric.max() : ", less than " + metric.min()));
  }
}
