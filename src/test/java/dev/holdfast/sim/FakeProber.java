package dev.holdfast.sim;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Smoke;
import dev.holdfast.probe.Prober;
import java.time.Duration;

/** Asks the fake engine's containers. */
final class FakeProber implements Prober {
  private final FakeEngine engine;
  private final FakeTime time;

  FakeProber(FakeEngine engine, FakeTime time) {
    this.engine = engine;
    this.time = time;
  }

  @Override
  public Sample probe(ObservedContainer container, Probe.Check check, Duration timeout) {
    FakeContainer known = engine.containers.get(container.id());
    if (known == null || known.startedAt == null) {
      return new Sample.Unasked("no address");
    }
    Duration age = Duration.between(known.startedAt, time.now());
    boolean well =
        known.behaviour.kind() != Behaviour.Kind.NEVER_HEALTHY
            && age.compareTo(known.behaviour.after()) >= 0;
    boolean dyingIsWell = known.behaviour.kind() == Behaviour.Kind.DIES_LATER;
    return well || dyingIsWell ? new Sample.Passed("200") : new Sample.Refused("status 503");
  }

  @Override
  public Sample http(Smoke.Http smoke, Duration timeout) {
    return new Sample.Passed("200");
  }
}
