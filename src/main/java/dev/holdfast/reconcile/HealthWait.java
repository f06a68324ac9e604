package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Release;
import dev.holdfast.model.Sharing;
import dev.holdfast.plan.OneShots;
import dev.holdfast.plan.Verification;
import dev.holdfast.probe.Prober;
import dev.holdfast.rollout.Answer;
import dev.holdfast.rollout.Decision;
import dev.holdfast.rollout.Expectation;
import dev.holdfast.rollout.HealthDecision;
import dev.holdfast.rollout.Sample;
import dev.holdfast.rollout.WatchDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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
  private static final Duration TICK = Duration.ofSeconds(1);

  private final AppPorts ports;
  private final Release release;
  private final Sight sight;
  private final Consumer<ObservedState> looked;
  private final Map<String, String> hashes = new HashMap<>();

  HealthWait(AppPorts ports, Work work) {
    this.ports = ports;
    this.release = work.release();
    this.sight = work.sight();
    this.looked = work.looked();
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
    Expectation expected =
        new Expectation(
            ports.time().now(),
            subject.mustComplete(),
            subject.mayComplete(),
            probe,
            subject.healthcheck());
    List<Sample> samples = new ArrayList<>();
    while (true) {
      samples.add(sample(subject, look()));
      Decision decision = HealthDecision.of(expected, samples);
      if (!(decision instanceof Decision.Waiting)) {
        return decision;
      }
      ports.time().sleep(probe == null ? TICK : probe.interval());
    }
  }

  /** The first failure of any of them, or healthy once all stayed so. */
  Watched watch(List<String> services, Duration duration) {
    Map<String, List<Sample>> samples = new HashMap<>();
    while (true) {
      ObservedState seen = look();
      boolean waiting = false;
      for (String service : services) {
        Subject subject = of(service);
        List<Sample> own = samples.computeIfAbsent(service, s -> new ArrayList<>());
        own.add(sample(subject, seen));
        Decision decision = WatchDecision.of(subject.probe(), subject.mayComplete(), duration, own);
        if (decision instanceof Decision.Failed) {
          return new Watched(service, decision);
        }
        waiting |= decision instanceof Decision.Waiting;
      }
      if (!waiting) {
        return new Watched(
            null, new Decision.Healthy("all stayed healthy for " + duration.toSeconds() + " s"));
      }
      ports.time().sleep(TICK);
    }
  }

  record Watched(@Nullable String service, Decision decision) {}

  /**
   * The container that serves for a service: the one with the wanted configuration, running before
   * stopped.
   */
  private Optional<ObservedContainer> container(String service, ObservedState seen) {
    String hash =
        hashes.computeIfAbsent(
            service,
            name -> Objects.requireNonNull(release.services().get(name), name).configHash());
    return seen.of(service).stream()
        .filter(c -> c.isOf(release.app(), hash))
        .max(Comparator.comparing(ObservedContainer::active).thenComparing(ObservedContainer::id));
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

  private Sample sample(Subject subject, ObservedState seen) {
    ObservedContainer container = subject.container().apply(seen).orElse(null);
    ObservedContainer asked = container;
    String lender = Sharing.serviceOf(subject.networkMode());
    boolean inside = subject.probe() != null && subject.probe().check() instanceof Probe.Check.Exec;
    if (container != null && lender != null && !inside) {
      asked =
          seen.of(lender).stream()
              .filter(other -> other.state() == State.RUNNING)
              .findFirst()
              .orElse(container);
    }
    boolean runs = container != null && container.state() == State.RUNNING;
    return new Sample(
        ports.time().now(), container, answer(subject.probe(), runs ? asked : container));
  }

  private Answer answer(@Nullable Probe probe, @Nullable ObservedContainer container) {
    if (probe == null || container == null || container.state() != State.RUNNING) {
      return new Answer.NotAsked();
    }
    return switch (ports.prober().probe(container, probe.check(), probe.timeout())) {
      case Prober.Sample.Passed passed -> new Answer.Yes();
      case Prober.Sample.Refused refused -> new Answer.No(refused.reason());
      case Prober.Sample.Unasked unasked -> new Answer.Unasked(unasked.reason());
    };
  }
}
