package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Checkup;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.Health;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Sharing;
import dev.holdfast.probe.Prober;
import dev.holdfast.rollout.Answer;
import dev.holdfast.rollout.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one service. Each look is one; the probe is asked at its own interval, the
 * engine's account of its healthcheck every few seconds, and that healthcheck's command, where the
 * engine has stopped running it, at its interval.
 */
final class Sampler {
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration ACCOUNT = Duration.ofSeconds(3);

  /** Most of what starts serves within seconds, and whoever waits for it notices soon. */
  private static final Duration EAGER_FOR = Duration.ofSeconds(5);

  private static final Duration EAGER = Duration.ofMillis(200);

  private final AppPorts ports;
  private final HealthSubject subject;
  private final HostNetwork network;
  private final List<Sample> samples = new ArrayList<>();
  private final Stopwatch watch;
  private final Instant eagerUntil;
  private Instant graceEnds = Instant.MAX;
  private Instant probeAt = Instant.MIN;
  private Instant accountAt = Instant.MIN;
  private Instant standInAt = Instant.MIN;
  private @Nullable String accountOf;
  private @Nullable Checkup checkup;

  /**
   * @param watch that of the wait which the samples are for
   * @param eager to see the first yes; failures before the start period's end count for nothing,
   *     however many there are
   */
  Sampler(
      AppPorts ports, HealthSubject subject, HostNetwork network, Stopwatch watch, boolean eager) {
    this.eagerUntil = eager ? watch.now().plus(EAGER_FOR) : Instant.MIN;
    this.network = network;
    this.watch = watch;
    this.ports = ports;
    this.subject = subject;
  }

  /** How long to wait before the next look. */
  Duration tick() {
    Probe probe = subject.probe();
    Duration pace = probe == null ? TICK : pace(probe, watch.now());
    return pace.compareTo(TICK) > 0 ? TICK : pace;
  }

  /** A command in the container costs it something, so that alone keeps to its interval. */
  private Duration pace(Probe probe, Instant now) {
    boolean eager =
        now.isBefore(eagerUntil)
            && now.isBefore(graceEnds)
            && !(probe.check() instanceof Probe.Check.Exec);
    return eager && probe.interval().compareTo(EAGER) > 0 ? EAGER : probe.interval();
  }

  /**
   * All samples so far, this look's last; those that say nothing between two others are left out.
   */
  List<Sample> take(ObservedState seen) {
    Instant now = watch.now();
    ObservedContainer container = subject.container().apply(seen).orElse(null);
    ObservedContainer running =
        container != null && container.state() == State.RUNNING ? container : null;
    Checkup account = account(running, now);
    Sample sample =
        new Sample(
            now, container, probed(running, seen, now), account, stoodIn(running, account, now));
    if (samples.size() > 1 && samples.getLast().saysNothing()) {
      samples.removeLast();
    }
    samples.add(sample);
    return List.copyOf(samples);
  }

  private Answer probed(@Nullable ObservedContainer container, ObservedState seen, Instant now) {
    Probe probe = subject.probe();
    if (probe == null || container == null || now.isBefore(probeAt)) {
      return new Answer.NotAsked();
    }
    if (container.startedAt() != null) {
      graceEnds = container.startedAt().plus(probe.startPeriod());
    }
    probeAt = now.plus(pace(probe, now));
    boolean overNetwork = !(probe.check() instanceof Probe.Check.Exec);
    ObservedContainer at = overNetwork ? addressed(container, seen) : container;
    Answer answer = asked(ports.prober().probe(at, probe.check(), probe.timeout()));
    return answer instanceof Answer.No no && overNetwork && !network.reaches(at)
        ? new Answer.Unasked("the host does not reach " + at.name() + " (" + no.reason() + ")")
        : answer;
  }

  /** One that shares another's network has no address of its own. */
  private ObservedContainer addressed(ObservedContainer container, ObservedState seen) {
    String lender = Sharing.serviceOf(subject.networkMode());
    return lender == null
        ? container
        : seen.of(lender).stream()
            .filter(other -> other.state() == State.RUNNING)
            .findFirst()
            .orElse(container);
  }

  /** Whether the probe was asked in vain last, so that nothing is known of the service now. */
  boolean unasked() {
    return samples.reversed().stream()
        .map(Sample::answer)
        .filter(answer -> !(answer instanceof Answer.NotAsked))
        .findFirst()
        .filter(Answer.Unasked.class::isInstance)
        .isPresent();
  }

  /**
   * The host reaches it now, and it was asked in vain last: what was seen so far says nothing of
   * it.
   */
  boolean isReachedAgain(ObservedState seen) {
    Probe probe = subject.probe();
    ObservedContainer container = subject.container().apply(seen).orElse(null);
    if (probe == null || container == null || probe.check() instanceof Probe.Check.Exec) {
      return false;
    }
    ObservedContainer at = addressed(container, seen);
    return unasked() && !at.addresses().isEmpty() && network.reaches(at);
  }

  private @Nullable Checkup account(@Nullable ObservedContainer container, Instant now) {
    if (container == null || container.health() == Health.NONE) {
      return null;
    }
    if (container.id().equals(accountOf) && now.isBefore(accountAt)) {
      return checkup;
    }
    try {
      checkup = ports.engine().vitals(container.id()).checkup();
    } catch (EngineException.NotFound e) {
      checkup = null;
    }
    accountOf = container.id();
    accountAt = now.plus(ACCOUNT);
    return checkup;
  }

  private Answer stoodIn(
      @Nullable ObservedContainer container, @Nullable Checkup account, Instant now) {
    if (account == null
        || container == null
        || !account.isFrozen(container.startedAt(), now)
        || now.isBefore(standInAt)) {
      return new Answer.NotAsked();
    }
    standInAt = now.plus(account.interval());
    return account.command().isEmpty()
        ? new Answer.Unasked("its command is not known")
        : asked(
            ports
                .prober()
                .probe(container, new Probe.Check.Exec(account.command()), account.timeout()));
  }

  private static Answer asked(Prober.Sample sample) {
    return switch (sample) {
      case Prober.Sample.Passed passed -> new Answer.Yes();
      case Prober.Sample.Refused refused -> new Answer.No(refused.reason());
      case Prober.Sample.Unasked unasked -> new Answer.Unasked(unasked.reason());
    };
  }
}
