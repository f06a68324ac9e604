package dev.holdfast.reconcile;

import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.model.Updating;
import dev.holdfast.plan.Step;
import dev.holdfast.rollout.Decision;
import dev.holdfast.rollout.Sample;
import dev.holdfast.rollout.WatchDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches services for a while: they have to stay healthy, and within what else they are held to.
 */
final class HealthWatch {
  private final AppPorts ports;
  private final Release release;
  private final HealthWait wait;
  private final HealthSubjects subjects;
  private final HostNetwork network;

  HealthWatch(AppPorts ports, Work work, HealthWait wait) {
    this.ports = ports;
    this.release = work.release();
    this.wait = wait;
    this.subjects = wait.subjects();
    this.network = wait.network();
  }

  /**
   * @param unhealthy the service itself failed, not what it is held against beside its health
   */
  record Watched(@Nullable String service, Decision decision, boolean unhealthy) {}

  /** The first failure of any of them, or healthy once all stayed so. */
  Watched watch(List<String> services, Duration duration) {
    return watched(
        services.stream()
            .flatMap(service -> subjects.all(service).stream().map(s -> watching(service, s)))
            .toList(),
        duration,
        new WatchGuards(ports, release.rollout().guards()));
  }

  /**
   * The same for those of a service that are updated already. What stands stopped at another place,
   * because its turn has not come, is none of them.
   */
  Watched monitor(Step.Monitor step) {
    List<HealthSubject> all = subjects.all(step.service());
    return watched(
        step.places().stream().map(place -> watching(step.service(), all.get(place - 1))).toList(),
        step.duration(),
        step.canary() ? canary(step.service()) : Guards.NONE);
  }

  private Guards canary(String service) {
    Release.Service wanted = Objects.requireNonNull(release.services().get(service), service);
    Updating.Canary canary = wanted.spec().updates().canary();
    return canary == null || canary.metrics().isEmpty()
        ? Guards.NONE
        : new CanaryGuards(ports.prober(), ports.time(), service, canary);
  }

  private Watched watched(List<Watching> all, Duration duration, Guards guards) {
    Stopwatch watch = new Stopwatch(ports.time());
    @Nullable Instant over = null;
    while (true) {
      ObservedState seen = wait.look();
      List<Guards.Watched> watched = new ArrayList<>();
      boolean waiting = false;
      for (Watching one : all) {
        List<Sample> samples = one.sampler().take(seen);
        Decision decision = judge(one.subject(), duration, samples);
        if (decision instanceof Decision.Failed) {
          Decision judged = wait.unlessBroken(decision, samples.getLast(), seen);
          return new Watched(one.service(), judged, judged instanceof Decision.Failed);
        }
        waiting |= decision instanceof Decision.Waiting;
        one.subject()
            .container()
            .apply(seen)
            .ifPresent(c -> watched.add(new Guards.Watched(one.service(), c)));
      }
      Optional<Guards.Breach> breach = guards.breach(watched, seen, !waiting);
      if (breach.isPresent()) {
        return new Watched(
            breach.get().service(), new Decision.Failed(breach.get().reason()), false);
      }
      if (!waiting) {
        Optional<Watched> blind = blind(all, seen);
        if (blind.isPresent()) {
          return blind.get();
        }
        return new Watched(
            null,
            new Decision.Healthy(
                "all stayed healthy for " + duration.toSeconds() + " s" + guards.unheard()),
            false);
      }
      Instant now = watch.now();
      over = over == null ? now.plus(duration) : over;
      ports.time().sleep(untilOver(tick(all), Duration.between(now, over)));
    }
  }

  private record Watching(String service, HealthSubject subject, Sampler sampler) {}

  private Watching watching(String service, HealthSubject subject) {
    return new Watching(
        service, subject, new Sampler(ports, subject, network, new Stopwatch(ports.time()), false));
  }

  /** Who was asked in vain last, because nothing is reached, was not watched to the end. */
  private Optional<Watched> blind(List<Watching> all, ObservedState seen) {
    return all.stream()
        .filter(one -> one.sampler().unasked())
        .flatMap(
            one ->
                network.broken(one.subject().container().apply(seen).orElse(null), seen).stream()
                    .map(
                        reason ->
                            new Watched(one.service(), new Decision.Undecidable(reason), false)))
        .findFirst();
  }

  private static Decision judge(HealthSubject subject, Duration duration, List<Sample> samples) {
    return WatchDecision.of(subject.probe(), subject.mayComplete(), duration, samples);
  }

  /** The last look comes as the watch ends, not up to a tick later. */
  private static Duration untilOver(Duration tick, Duration left) {
    return left.isPositive() && left.compareTo(tick) < 0 ? left : tick;
  }

  private static Duration tick(List<Watching> all) {
    return all.stream()
        .map(one -> one.sampler().tick())
        .min(Comparator.naturalOrder())
        .orElse(Duration.ofSeconds(1));
  }
}
