package dev.holdfast.reconcile;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Release;
import dev.holdfast.rollout.Decision;
import dev.holdfast.rollout.Expectation;
import dev.holdfast.rollout.HealthDecision;
import dev.holdfast.rollout.Sample;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes samples until they make a decision. What a sample means is the rollout package's to say.
 */
final class HealthWait {
  private final AppPorts ports;
  private final Release release;
  private final Sight sight;
  private final Consumer<ObservedState> looked;
  private final HostNetwork network;
  private final HealthSubjects subjects;
  private @Nullable ObservedState fresh;
  private @Nullable ObservedState last;

  HealthWait(AppPorts ports, Work work) {
    this.ports = ports;
    this.release = work.release();
    this.sight = work.sight();
    this.looked = work.looked();
    this.network = new HostNetwork(ports.prober());
    this.subjects = new HealthSubjects(release);
  }

  HealthSubjects subjects() {
    return subjects;
  }

  HostNetwork network() {
    return network;
  }

  /** Healthy, or failed with the reason. */
  Decision until(HealthSubject subject) {
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
        Decision judged = unlessBroken(decision, samples.getLast(), seen);
        return judged instanceof Decision.Failed && sampler.isReachedAgain(seen)
            ? new Decision.Undecidable("the host did not reach it until now; it is waited for anew")
            : judged;
      }
      ports.time().sleep(sampler.tick());
    }
  }

  /** What fails while nothing is reached has not failed. */
  Decision unlessBroken(Decision decision, Sample last, ObservedState seen) {
    return decision instanceof Decision.Failed
        ? network
            .broken(last.container(), seen)
            .<Decision>map(Decision.Undecidable::new)
            .orElse(decision)
        : decision;
  }

  /** As it stands at this moment. */
  Optional<ObservedContainer> now(String service) {
    return subjects.container(service, sight.of(release));
  }

  ObservedState look() {
    ObservedState seen = fresh == null ? sight.of(release) : fresh;
    fresh = null;
    last = seen;
    looked.accept(seen);
    return seen;
  }

  /**
   * @param seen by the step before; null: the world may have changed since somebody looked
   */
  void saw(@Nullable ObservedState seen) {
    fresh = seen;
    last = null;
  }

  /** What was judged last, unless something was done since. */
  ObservedState last() {
    return last == null ? sight.of(release) : last;
  }
}
