package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Release;
import dev.holdfast.plan.OneShots;
import dev.holdfast.plan.Verification;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whose health is waited for.
 *
 * @param container picks it out of what was seen
 * @param networkMode of the service; with another's network it is asked at that one's address
 */
record HealthSubject(
    Function<ObservedState, Optional<ObservedContainer>> container,
    @Nullable Probe probe,
    @Nullable Healthcheck healthcheck,
    boolean mustComplete,
    boolean mayComplete,
    @Nullable String networkMode) {
  /** One container of a service, by the probe of the release that it belongs to. */
  static HealthSubject container(String service, String id, @Nullable Release of) {
    Release.Service known = of == null ? null : of.services().get(service);
    return new HealthSubject(
        seen -> seen.of(service).stream().filter(c -> c.id().equals(id)).findFirst(),
        known == null ? null : known.spec().probe(),
        known == null ? null : known.spec().container().healthcheck(),
        of != null && known != null && OneShots.isAwaited(of, service),
        of == null || known == null || OneShots.isOneShot(of, service),
        known == null ? null : known.spec().container().networkMode());
  }

  /**
   * What a rollback put back, by the probe of the release that it belongs to; with the engine's
   * account alone where that is not known.
   */
  static HealthSubject putBack(
      String service, DeploymentRecord record, @Nullable Release previous) {
    Release.Service before = previous == null ? null : previous.services().get(service);
    return new HealthSubject(
        seen -> Verification.putBack(service, record, seen),
        before == null ? null : before.spec().probe(),
        before == null ? null : before.spec().container().healthcheck(),
        false,
        previous == null || before == null || OneShots.isOneShot(previous, service),
        before == null ? null : before.spec().container().networkMode());
  }
}
