package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Probe;
import dev.holdfast.model.UpdateGap;
import dev.holdfast.model.Vitals;
import dev.holdfast.probe.Prober;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long nothing of a service answered while it was updated:
 *
 * <ol>
 *   <li>The old container is asked at a short tick from before it is stopped until it has ended.
 *   <li>The new one is asked at the same tick from its start on.
 *   <li>The gap is what lies between the last answer of the one and the first of the other;
 *       nothing, where they overlap.
 * </ol>
 *
 * Only probes over the network are put that often; where there is none, or the agent died in
 * between, the engine's own times are taken and named as such. Measuring never fails a step.
 */
final class GapMeter implements AutoCloseable {
  /** No container is asked at that tick for longer. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final AppPorts ports;
  private final Map<String, Prober.Beat> leaving = new HashMap<>();
  private final Map<String, OptionalLong> left = new HashMap<>();
  private final Map<String, Prober.Beat> coming = new HashMap<>();

  GapMeter(AppPorts ports) {
    this.ports = ports;
  }

  static boolean canBeat(Probe probe) {
    return !(probe.check() instanceof Probe.Check.Exec);
  }

  /** The one that serves is about to be stopped. */
  void leaves(String service, ObservedContainer old, Probe probe) {
    if (!leaving.containsKey(service) && !left.containsKey(service)) {
      leaving.put(service, ports.prober().beat(old, probe.check(), LONGEST));
    }
  }

  /** It has ended: its address may be another's from now on. */
  void left(String service) {
    Prober.Beat beat = leaving.remove(service);
    if (beat != null) {
      beat.close();
      left.put(service, beat.last());
    }
  }

  boolean hasLeft(String service) {
    return left.containsKey(service);
  }

  void comes(String service, ObservedContainer container, Probe probe) {
    Prober.Beat earlier =
        coming.put(service, ports.prober().beat(container, probe.check(), LONGEST));
    if (earlier != null) {
      earlier.close();
    }
  }

  /** The service is healthy: how long it was away, where that can be told. */
  Optional<UpdateGap> measured(
      String service, List<Replaced> before, @Nullable ObservedContainer now) {
    Prober.Beat beat = coming.remove(service);
    OptionalLong from = left.getOrDefault(service, OptionalLong.empty());
    if (beat != null) {
      beat.close();
    }
    if (beat != null && beat.first().isPresent() && from.isPresent()) {
      long nanos = Math.max(0, beat.first().getAsLong() - from.getAsLong());
      return Optional.of(new UpdateGap(Duration.ofNanos(nanos).toMillis(), UpdateGap.By.PROBE));
    }
    return now == null ? Optional.empty() : byEngine(service, before, now);
  }

  private Optional<UpdateGap> byEngine(
      String service, List<Replaced> before, ObservedContainer now) {
    Optional<Replaced> old = before.stream().filter(b -> b.service().equals(service)).findFirst();
    if (old.isEmpty()) {
      return Optional.empty();
    }
    try {
      Vitals past = ports.engine().vitals(old.get().id());
      Vitals present = old.get().id().equals(now.id()) ? past : ports.engine().vitals(now.id());
      Instant end = past.finishedAt();
      Instant start = present.startedAt();
      return end == null || start == null
          ? Optional.empty()
          : Optional.of(
              new UpdateGap(
                  Math.max(0, Duration.between(end, start).toMillis()), UpdateGap.By.ENGINE));
    } catch (EngineException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    leaving.values().forEach(Prober.Beat::close);
    coming.values().forEach(Prober.Beat::close);
  }
}
