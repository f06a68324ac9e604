package dev.holdfast.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Containers that leave service discovery, one at a time. Each is away for up to 300 ms while it
 * does; a proxy that meets one of them then gives up after its connect timeout and tries the next
 * address. If that one were away by then, and the one after it, its tries would be used up.
 */
final class Leaving {
  /** Longer than a container is away, and than proxies usually wait for a connection. */
  private static final Duration APART = Duration.ofSeconds(1);

  private Leaving() {}

  /**
   * @param drain where nothing is waited for at all, not for this either
   */
  static List<Step> oneByOne(List<Step.Hide> leaving, Duration drain) {
    List<Step> steps = new ArrayList<>();
    for (Step.Hide next : leaving) {
      if (!steps.isEmpty() && drain.isPositive()) {
        steps.add(
            new Step.Pause(
                next.stage(), next.service(), APART, "a proxy may try this one after the last"));
      }
      steps.add(next);
    }
    return steps;
  }
}
