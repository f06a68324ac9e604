package dev.holdfast.plan;

import dev.holdfast.model.Dependency.Condition;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.ServiceSpec;
import java.util.Objects;

/**
 * Which services are meant to end: those that others wait for with {@code service_completed_successfully}, and those that nothing
 * restarts, probes, checks or publishes, so that exit status 0 is all that they can show.
 */
public final class OneShots {
  private OneShots() {}

  public static boolean isOneShot(Release release, String service) {
    return isAwaited(release, service) || showsNothingElse(Objects.requireNonNull(release.services().get(service)).spec());
  }

  /** It must have ended before others start. */
  public static boolean isAwaited(Release release, String service) {
    return release.services().values().stream()
        .map(other -> other.spec().dependsOn().get(service))
        .anyMatch(dependency -> dependency != null && dependency.condition() == Condition.COMPLETED);
  }

  private static boolean showsNothingElse(ServiceSpec spec) {
    return spec.container().restart().equals(RestartPolicy.NO)
        && spec.container().healthcheck() == null
        && spec.probe() == null
        && spec.container().ports().isEmpty();
  }
}
