package dev.holdfast.sim;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Smoke;
import dev.holdfast.model.WatchSpec;
import dev.holdfast.probe.Prober;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

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
    if (engine.networkBroken && !(check instanceof Probe.Check.Exec)) {
      return new Sample.Refused("no answer within 5000 ms");
    }
    if (known == null || known.startedAt == null) {
      return new Sample.Unasked("no address");
    }
    return known.isWell(time.now()) ? new Sample.Passed("200") : new Sample.Refused("status 503");
  }

  @Override
  public Sample reach(ObservedContainer container, Duration timeout) {
    engine.networkBroken &= !engine.mends.test(time.now());
    return engine.networkBroken ? new Sample.Refused("no answer") : new Sample.Passed("refused");
  }

  /** Asks at its opening and its closing: what lies between is for a test with sockets. */
  @Override
  public Beat beat(ObservedContainer container, Probe.Check check, Duration limit) {
    Instant opened = time.now();
    return new Beat() {
      @Override
      public OptionalLong first() {
        return isWell() ? at(opened) : OptionalLong.empty();
      }

      @Override
      public OptionalLong last() {
        return at(time.now());
      }

      private boolean isWell() {
        return probe(container, check, Duration.ofSeconds(1)) instanceof Sample.Passed;
      }

      private OptionalLong at(Instant moment) {
        return OptionalLong.of(
            TimeUnit.SECONDS.toNanos(moment.getEpochSecond()) + moment.getNano());
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Reading read(WatchSpec.Metric metric, Duration timeout) {
    Double value = engine.measured;
    return value == null
        ? engine.prometheus.read(metric)
        : new Reading.Values(List.of(new Reading.Value("{}", value)));
  }

  @Override
  public Sample http(Smoke.Http smoke, Duration timeout) {
    return new Sample.Passed("200");
  }
}
