package dev.holdfast.plan;

import dev.holdfast.model.Dependency.Condition;
import dev.holdfast.model.Release;

/**
 * Which services are meant to end: those that others wait for with {@code
 * service_completed_successfully}. Of no other can it be told whether exit status 0 is an end or a
 * stop by hand.
 */
public final class OneShots {
  private OneShots() {}

  public static boolean isOneShot(Release release, String service) {
    return isAwaited(release, service);
  }

  /** It must have ended before others start. */
  public static boolean isAwaited(Release release, String service) {
    return release.services().values().stream()
        .map(other -> other.spec().dependsOn().get(service))
        .anyMatch(
            dependency -> dependency != null && dependency.condition() == Condition.COMPLETED);
  }
}
