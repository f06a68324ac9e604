package dev.holdfast.sim;

import dev.holdfast.model.CanaryMetric;
import dev.holdfast.model.Release;
import dev.holdfast.model.Updating;
import org.jspecify.annotations.Nullable;

/** Where a canary tells a release that serves errors from one that does not. */
final class Canaries {
  private Canaries() {}

  /** Its canaries serve beside old ones, as far as can be seen from outside. */
  static boolean isWatched(Moments.Stand stand, FakeEngine engine) {
    Release target = stand.target();
    return target != null
        && target.services().values().stream().anyMatch(service -> isWatched(service, engine));
  }

  private static boolean isWatched(Release.Service service, FakeEngine engine) {
    Updating updates = service.spec().updates();
    if (updates.canary() == null) {
      return false;
    }
    String hash = service.configHash();
    long fresh =
        engine.containers.values().stream()
            .filter(c -> c.service().equals(service.spec().name()) && c.active() && !c.hidden)
            .filter(c -> c.made.equals(hash))
            .count();
    long old =
        engine.containers.values().stream()
            .filter(c -> c.service().equals(service.spec().name()) && c.active() && !c.migration)
            .filter(c -> !c.made.equals(hash))
            .count();
    return fresh == updates.canary().replicas() && old > 0;
  }

  /** Whether an update to this must be found out: its canary is asked about, and differs. */
  static boolean tells(Release.Service service, Release.@Nullable Service old, Scenario scenario) {
    Updating.Canary canary = service.spec().updates().canary();
    if (canary == null || old == null || !isServingErrors(service, scenario)) {
      return false;
    }
    int replicas = service.spec().updates().replicas();
    boolean compared = old.spec().updates().replicas() > 1 && !isServingErrors(old, scenario);
    return replicas > canary.replicas()
        && canary.metrics().stream().anyMatch(metric -> isBounded(metric) || compared);
  }

  private static boolean isBounded(CanaryMetric metric) {
    return metric.max() != null;
  }

  static boolean isServingErrors(Release.Service service, Scenario scenario) {
    Behaviour behaviour = scenario.behaviours.get(service.image().pullReference());
    return behaviour != null && behaviour.kind() == Behaviour.Kind.SERVES_ERRORS;
  }
}
