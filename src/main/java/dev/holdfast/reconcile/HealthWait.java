package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Release;
import dev.holdfast.plan.OneShots;
import dev.holdfast.plan.Verification;
import dev.holdfast.rollout.Decision;
import dev.holdfast.rollout.Expectation;
import dev.holdfast.rollout.HealthDecision;
import dev.holdfast.rollout.Sample;
import dev.holdfast.rollout.WatchDecision;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes samples until they make a decision. What a sample means is the rollout package's to say.
 */
final class HealthWait {
  private final AppPorts ports;
  private final Release release;
  private final Consumer<ObservedState> looked;
  private final HostNetwork network;
  private final Map<String, String> hashes = new HashMap<>();

  /**
   * @param looked is shown what each look gave
   */
  HealthWait(AppPorts ports, Release release, Consumer<ObservedState> looked) {
    this.ports = ports;
    this.looked = looked;
    this.release = release;
    this.network = new HostNetwork(ports.prober());
  }

  /**
   * Whose health is waited for.
   *
   * @param container picks it out of what was seen
   */
  record Subject(
      Function<ObservedState, Optional<ObservedContainer>> container,
      @Nullable Probe probe,
      @Nullable Healthcheck healthcheck,
      boolean mustComplete,
      boolean mayComplete) {}

  /** A service of the release. */
  Subject of(String service) {
    Release.Service wanted = Objects.requireNonNull(release.services().get(service), service);
    return new Subject(
        seen -> container(service, seen),
        wanted.spec().probe(),
        wanted.spec().container().healthcheck(),
        OneShots.isAwaited(release, service),
        OneShots.isOneShot(release, service));
  }

  /**
   * What a rollback put back, by the probe of the release that it belongs to; with the engine's
   * account alone where that is not known.
   */
  static Subject putBack(String service, DeploymentRecord record, @Nullable Release previous) {
    Release.Service before = previous == null ? null : previous.services().get(service);
    return new Subject(
        seen -> Verification.putBack(service, record, seen),
        before == null ? null : before.spec().probe(),
        before == null ? null : before.spec().container().healthcheck(),
        false,
        previous == null || before == null || OneShots.isOneShot(previous, service));
  }

  /** Healthy, or failed with the reason. */
  Decision until(Subject subject) {
    Probe probe = subject.probe();
    Expectation expected =
        new Expectation(
            ports.time().now(),
            subject.mustComplete(),
            subject.mayComplete(),
            probe,
            subject.healthcheck());
    Sampler sampler = new Sampler(ports, subject, network);
    while (true) {
      ObservedState seen = look();
      List<Sample> samples = sampler.take(seen);
      Decision decision = HealthDecision.of(expected, samples);
      if (!(decision instanceof Decision.Waiting)) {
        return unlessBroken(decision, samples.getLast(), seen);
      }
      ports.time().sleep(sampler.tick());
    }
  }

  /** What fails while nothing is reached has not failed. */
  private Decision unlessBroken(Decision decision, Sample last, ObservedState seen) {
    return decision instanceof Decision.Failed
        ? network
            .broken(last.container(), seen)
            .<Decision>map(Decision.Undecidable::new)
            .orElse(decision)
        : decision;
  }

  /** The first failure of any of them, or healthy once all stayed so. */
  Watched watch(List<String> services, Duration duration) {
    Map<String, Sampler> samplers = new LinkedHashMap<>();
    services.forEach(service -> samplers.put(service, new Sampler(ports, of(service), network)));
    WatchGuards guards = new WatchGuards(ports, release.rollout().guards());
    while (true) {
      ObservedState seen = look();
      Map<String, ObservedContainer> watched = new LinkedHashMap<>();
      boolean waiting = false;
      for (String service : services) {
        List<Sample> samples = Objects.requireNonNull(samplers.get(service)).take(seen);
        Decision decision = judge(of(service), duration, samples);
        if (decision instanceof Decision.Failed) {
          return new Watched(service, unlessBroken(decision, samples.getLast(), seen));
        }
        waiting |= decision instanceof Decision.Waiting;
        of(service).container().apply(seen).ifPresent(c -> watched.put(service, c));
      }
      Optional<WatchGuards.Breach> breach = guards.breach(watched, !waiting);
      if (breach.isPresent()) {
        return new Watched(breach.get().service(), new Decision.Failed(breach.get().reason()));
      }
      if (!waiting) {
        Optional<Watched> blind = blind(samplers, watched, seen);
        if (blind.isPresent()) {
          return blind.get();
        }
        return new Watched(
            null,
            new Decision.Healthy(
                "all stayed healthy for " + duration.toSeconds() + " s" + guards.unheard()));
      }
      ports.time().sleep(tick(samplers.values()));
    }
  }

  /** Who was asked in vain last, because nothing is reached, was not watched to the end. */
  private Optional<Watched> blind(
      Map<String, Sampler> samplers, Map<String, ObservedContainer> watched, ObservedState seen) {
    return samplers.entrySet().stream()
        .filter(entry -> entry.getValue().unasked())
        .map(Map.Entry::getKey)
        .flatMap(
            service ->
                network.broken(watched.get(service), seen).stream()
                    .map(reason -> new Watched(service, new Decision.Undecidable(reason))))
        .findFirst();
  }

  private static Decision judge(Subject subject, Duration duration, List<Sample> samples) {
    return WatchDecision.of(subject.probe(), subject.mayComplete(), duration, samples);
  }

  private static Duration tick(Collection<Sampler> samplers) {
    return samplers.stream().map(Sampler::tick).min(Comparator.naturalOrder()).orElseThrow();
  }

  record Watched(@Nullable String service, Decision decision) {}

  /**
   * The container that serves for a service: the one with the wanted configuration, running before
   * stopped.
   */
  Optional<ObservedContainer> container(String service, ObservedState seen) {
    String hash =
        hashes.computeIfAbsent(
            service,
            name -> Objects.requireNonNull(release.services().get(name), name).configHash());
    return seen.of(service).stream()
        .filter(c -> c.isOurs(release.app()) && c.configHash().equals(hash))
        .max(Comparator.comparing(ObservedContainer::active).thenComparing(ObservedContainer::id));
  }

  private ObservedState look() {
    ObservedState seen = ports.engine().observe(release.app(), release);
    looked.accept(seen);
    return seen;
  }
}
