package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Release;
import dev.holdfast.model.Updating;
import dev.holdfast.plan.OneShots;
import dev.holdfast.plan.Step;
import dev.holdfast.plan.Verification;
import dev.holdfast.rollout.Decision;
import dev.holdfast.rollout.Expectation;
import dev.holdfast.rollout.HealthDecision;
import dev.holdfast.rollout.Sample;
import dev.holdfast.rollout.WatchDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes samples until they make a decision. What a sample means is the rollout package's to say.
 */
final class HealthWait {
  private static final Comparator<ObservedContainer> BEST =
      Comparator.comparing(ObservedContainer::active).thenComparing(ObservedContainer::id);

  private final AppPorts ports;
  private final Release release;
  private final Sight sight;
  private final Consumer<ObservedState> looked;
  private final HostNetwork network;
  private final Map<String, String> hashes = new HashMap<>();

  HealthWait(AppPorts ports, Work work) {
    this.ports = ports;
    this.release = work.release();
    this.sight = work.sight();
    this.looked = work.looked();
    this.network = new HostNetwork(ports.prober());
  }

  /**
   * Whose health is waited for.
   *
   * @param container picks it out of what was seen
   * @param networkMode of the service; with another's network it is asked at that one's address
   */
  record Subject(
      Function<ObservedState, Optional<ObservedContainer>> container,
      @Nullable Probe probe,
      @Nullable Healthcheck healthcheck,
      boolean mustComplete,
      boolean mayComplete,
      @Nullable String networkMode) {}

  /** A service of the release. */
  Subject of(String service) {
    Release.Service wanted = Objects.requireNonNull(release.services().get(service), service);
    return new Subject(
        seen -> container(service, seen),
        wanted.spec().probe(),
        wanted.spec().container().healthcheck(),
        OneShots.isAwaited(release, service),
        OneShots.isOneShot(release, service),
        wanted.spec().container().networkMode());
  }

  /** One for each place of a service of the release. */
  List<Subject> all(String service) {
    Release.Service wanted = Objects.requireNonNull(release.services().get(service), service);
    int replicas = wanted.spec().updates().replicas();
    if (replicas == 1) {
      return List.of(of(service));
    }
    return IntStream.rangeClosed(1, replicas)
        .mapToObj(
            number ->
                new Subject(
                    seen -> containers(service, seen).filter(c -> c.number() == number).max(BEST),
                    wanted.spec().probe(),
                    wanted.spec().container().healthcheck(),
                    OneShots.isAwaited(release, service),
                    OneShots.isOneShot(release, service),
                    wanted.spec().container().networkMode()))
        .toList();
  }

  /** One container of a service, by the probe of the release that it belongs to. */
  static Subject container(String service, String id, @Nullable Release of) {
    Release.Service known = of == null ? null : of.services().get(service);
    return new Subject(
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
  static Subject putBack(String service, DeploymentRecord record, @Nullable Release previous) {
    Release.Service before = previous == null ? null : previous.services().get(service);
    return new Subject(
        seen -> Verification.putBack(service, record, seen),
        before == null ? null : before.spec().probe(),
        before == null ? null : before.spec().container().healthcheck(),
        false,
        previous == null || before == null || OneShots.isOneShot(previous, service),
        before == null ? null : before.spec().container().networkMode());
  }

  /** Healthy, or failed with the reason. */
  Decision until(Subject subject) {
    Probe probe = subject.probe();
    Stopwatch watch = new Stopwatch(ports.time());
    Expectation expected =
        new Expectation(
            watch.now(),
            subject.mustComplete(),
            subject.mayComplete(),
            probe,
            subject.healthcheck());
    Sampler sampler = new Sampler(ports, subject, network, watch, true);
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
    return watched(
        services.stream()
            .flatMap(service -> all(service).stream().map(s -> watching(service, s)))
            .toList(),
        duration,
        new WatchGuards(ports, release.rollout().guards()));
  }

  /**
   * The same for those of a service that are updated already. What stands stopped at another place,
   * because its turn has not come, is none of them.
   */
  Watched monitor(Step.Monitor step) {
    List<Subject> all = all(step.service());
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
      ObservedState seen = look();
      List<Guards.Watched> watched = new ArrayList<>();
      boolean waiting = false;
      for (Watching one : all) {
        List<Sample> samples = one.sampler().take(seen);
        Decision decision = judge(one.subject(), duration, samples);
        if (decision instanceof Decision.Failed) {
          Decision judged = unlessBroken(decision, samples.getLast(), seen);
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

  private record Watching(String service, Subject subject, Sampler sampler) {}

  private Watching watching(String service, Subject subject) {
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

  private static Decision judge(Subject subject, Duration duration, List<Sample> samples) {
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

  /**
   * @param unhealthy the service itself failed, not what it is held against beside its health
   */
  record Watched(@Nullable String service, Decision decision, boolean unhealthy) {}

  /**
   * The container that serves for a service: the one with the wanted configuration, running before
   * stopped.
   */
  private Optional<ObservedContainer> container(String service, ObservedState seen) {
    return containers(service, seen).max(BEST);
  }

  /** Those of a service with the wanted configuration. */
  Stream<ObservedContainer> containers(String service, ObservedState seen) {
    String hash =
        hashes.computeIfAbsent(
            service,
            name -> Objects.requireNonNull(release.services().get(name), name).configHash());
    return seen.of(service).stream().filter(c -> c.isOf(release.app(), hash));
  }

  /** As it stands at this moment. */
  Optional<ObservedContainer> now(String service) {
    return container(service, sight.of(release));
  }

  private ObservedState look() {
    ObservedState seen = sight.of(release);
    looked.accept(seen);
    return seen;
  }
}
