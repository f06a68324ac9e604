package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Probe;
import dev.holdfast.model.UpdateGap;
import dev.holdfast.probe.Prober;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Measures how long nothing of a service answered while it was updated:
 *
 * <ol>
 *   <li>The old container is asked at a short tick from before it is stopped until it has ended.
 *   <li>The new one is asked at the same tick from its start on.
 *   <li>The gap is what lies between the last answer of the one and the first of the other;
 *       nothing, where they overlap. Of several replicas, the last old answer and the first new one
 *       count.
 * </ol>
 *
 * Only probes over the network are put that often; where there is none, or the agent died in
 * between, the engine's own times are taken and named as such. Measuring never fails a step.
 */
final class GapMeter implements AutoCloseable {
  /** No container is asked at that tick for longer. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** How many times that short. */
  private static final int ANSWER_WITHIN = 50;

  private static final Duration SHORT = Duration.ofMillis(10);

  private final AppPorts ports;
  private final Map<String, Beats> services = new HashMap<>();

  GapMeter(AppPorts ports) {
    this.ports = ports;
  }

  /**
   * Of one service. Those that come are known by their place, so that one that was made anew for it
   * counts instead of the one before.
   */
  private static final class Beats {
    private final Map<String, Prober.Beat> leaving = new HashMap<>();
    private final List<OptionalLong> left = new ArrayList<>();
    private final Map<Integer, Prober.Beat> coming = new HashMap<>();

    void close() {
      leaving.values().forEach(Prober.Beat::close);
      coming.values().forEach(Prober.Beat::close);
    }

    /** The last answer of those that went; empty if one of them never gave any. */
    private OptionalLong last() {
      return left.stream().anyMatch(OptionalLong::isEmpty)
          ? OptionalLong.empty()
          : left.stream().mapToLong(OptionalLong::getAsLong).max();
    }

    private OptionalLong first() {
      return coming.values().stream()
          .map(Prober.Beat::first)
          .filter(OptionalLong::isPresent)
          .mapToLong(OptionalLong::getAsLong)
          .min();
    }
  }

  static boolean canBeat(Probe probe) {
    return !(probe.check() instanceof Probe.Check.Exec);
  }

  /** One that serves is about to be stopped; not before it has answered, if it does so soon. */
  void leaves(String service, ObservedContainer old, Probe probe) {
    Prober.Beat beat =
        of(service)
            .leaving
            .computeIfAbsent(old.id(), id -> ports.prober().beat(old, probe.check(), LONGEST));
    for (int i = 0; i < ANSWER_WITHIN && beat.last().isEmpty(); i++) {
      ports.time().sleep(SHORT);
    }
  }

  /** It has ended: its address may be another's from now on. */
  void left(String service, String id) {
    Prober.Beat beat = of(service).leaving.remove(id);
    if (beat != null) {
      beat.close();
      of(service).left.add(beat.last());
    }
  }

  boolean hasLeft(String service) {
    return !of(service).left.isEmpty();
  }

  void comes(String service, ObservedContainer container, Probe probe) {
    Prober.Beat earlier =
        of(service)
            .coming
            .put(container.number(), ports.prober().beat(container, probe.check(), LONGEST));
    if (earlier != null) {
      earlier.close();
    }
  }

  private Beats of(String service) {
    return services.computeIfAbsent(service, name -> new Beats());
  }

  /** The service is healthy: how long it was away, where that can be told. */
  Optional<UpdateGap> measured(String service, List<Replaced> before, List<ObservedContainer> now) {
    Beats beats = of(service);
    OptionalLong from = beats.last();
    OptionalLong until = beats.first();
    beats.close();
    services.remove(service);
    if (from.isPresent() && until.isPresent()) {
      long nanos = Math.max(0, until.getAsLong() - from.getAsLong());
      return Optional.of(new UpdateGap(Duration.ofNanos(nanos).toMillis(), UpdateGap.By.PROBE));
    }
    return byEngine(before.stream().filter(b -> b.service().equals(service)).toList(), now);
  }

  private Optional<UpdateGap> byEngine(List<Replaced> before, List<ObservedContainer> now) {
    try {
      List<Instant> starts = new ArrayList<>();
      for (ObservedContainer container : now) {
        starts.add(ports.engine().vitals(container.id()).startedAt());
      }
      List<Instant> ends = new ArrayList<>();
      for (Replaced old : before) {
        ends.add(ports.engine().vitals(old.id()).finishedAt());
      }
      Optional<Instant> start = starts.stream().filter(Objects::nonNull).min(Instant::compareTo);
      // One that has not ended, or is gone: nobody knows until when it served.
      if (start.isEmpty() || ends.isEmpty() || ends.contains(null)) {
        return Optional.empty();
      }
      long millis = Duration.between(Collections.max(ends), start.get()).toMillis();
      return Optional.of(new UpdateGap(Math.max(0, millis), UpdateGap.By.ENGINE));
    } catch (EngineException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    services.values().forEach(Beats::close);
  }
}
