package dev.holdfast.rollout;

import dev.holdfast.model.CanaryMetric;
import java.util.Optional;
import java.util.OptionalDouble;

/** Whether a canary's value is worse than the old containers' by more than it may be. */
public final class CanaryBounds {
  private CanaryBounds() {}

  /**
   * What is wrong, or empty; what is not known on one side is not compared. Against 0 any value is
   * more.
   */
  public static Optional<String> breach(
      CanaryMetric metric, OptionalDouble fresh, OptionalDouble old) {
    if (metric.maxRatio() == null || fresh.isEmpty() || old.isEmpty()) {
      return Optional.empty();
    }
    double bound = old.getAsDouble() * Double.parseDouble(metric.maxRatio());
    return fresh.getAsDouble() > bound
        ? Optional.of(
            "the query "
                + metric.query()
                + " gives "
                + fresh.getAsDouble()
                + " for the new containers and "
                + old.getAsDouble()
                + " for the old, more than "
                + metric.maxRatio()
                + " times as much")
        : Optional.empty();
  }
}
