package dev.holdfast.rollout;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.Health;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.Probe;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a service that was started is healthy. The engine's health and the agent's own probe both
 * count; the first that says no decides, and both must say yes. "Healthy" has a duration and a
 * deadline:
 *
 * <ol>
 *   <li>A container that is gone or has ended has failed, unless it was meant to end and its exit
 *       status is 0.
 *   <li>One that restarts is waited for until the deadline: what waits for a database often does so
 *       by crashing.
 *   <li>An engine that says "unhealthy" has retried already: failed, unless its word is worth
 *       nothing (see {@link EngineWord}).
 *   <li>The probe must pass {@code successes} times in a row; {@code retries} refusals in a row
 *       after {@code start-period} fail it. A probe that could not be put counts as neither.
 *   <li>With neither, 5 s of running without a restart will do.
 * </ol>
 */
public final class HealthDecision {
  private HealthDecision() {}

  /**
   * @param samples oldest first, at least one
   */
  public static Decision of(Expectation expected, List<Sample> samples) {
    Sample last = samples.getLast();
    ObservedContainer container = last.container();
    if (container == null) {
      return new Decision.Failed("its container is gone");
    }
    Decision decision =
        ended(expected, container).orElseGet(() -> running(expected, samples, container));
    return decision instanceof Decision.Waiting waiting && isLate(expected, last, container)
        ? late(expected, last, waiting)
        : decision;
  }

  private static Decision late(Expectation expected, Sample last, Decision.Waiting waiting) {
    String reason =
        "not healthy within "
            + seconds(Duration.between(expected.since(), last.at()))
            + ": "
            + waiting.reason();
    boolean runs = last.container() != null && last.container().state() == State.RUNNING;
    return runs && expected.probe() == null && EngineWord.isMute(last)
        ? new Decision.Undecidable(reason)
        : new Decision.Failed(reason);
  }

  private static boolean isLate(Expectation expected, Sample last, ObservedContainer container) {
    boolean starting = container.health() == Health.STARTING && !last.frozen();
    Instant deadline =
        starting
            ? expected.startingDeadline(last.checkup(), container.startedAt())
            : expected.deadline(last.checkup());
    return last.at().isAfter(deadline);
  }

  private static Optional<Decision> ended(Expectation expected, ObservedContainer container) {
    return switch (container.state()) {
      case EXITED -> Optional.of(exited(expected, container));
      case DEAD, REMOVING -> Optional.of(new Decision.Failed("its container is being removed"));
      case CREATED -> Optional.of(new Decision.Waiting("it has not started"));
      case PAUSED -> Optional.of(new Decision.Waiting("it is paused"));
      case RESTARTING ->
          Optional.of(
              new Decision.Waiting(
                  "it restarts again and again (" + container.restarts() + " times)"));
      case RUNNING -> Optional.empty();
    };
  }

  private static Decision exited(Expectation expected, ObservedContainer container) {
    boolean fine =
        Objects.equals(container.exitCode(), 0)
            && (expected.mustComplete() || expected.mayComplete());
    boolean meant = Objects.equals(container.exitCode(), 0);
    String hint =
        meant
            ? "; a service that is meant to end needs another that waits for it with service_completed_successfully"
            : "";
    return fine
        ? new Decision.Healthy("completed")
        : new Decision.Failed(exitText(container) + hint);
  }

  /** What is known of the end of a container. */
  public static String exitText(ObservedContainer container) {
    String status =
        container.exitCode() == null
            ? "an unknown exit status"
            : "exit status " + container.exitCode();
    return "it ended with " + status + (container.oomKilled() ? " (out of memory)" : "");
  }

  private static Decision running(
      Expectation expected, List<Sample> samples, ObservedContainer container) {
    if (expected.mustComplete()) {
      return new Decision.Waiting("it has not completed");
    }
    Decision byEngine = EngineWord.of(samples, container);
    if (expected.probe() != null && EngineWord.isMute(samples.getLast())) {
      return byProbe(expected.probe(), samples, container);
    }
    if (!(byEngine instanceof Decision.Healthy)) {
      return byEngine;
    }
    if (expected.probe() != null) {
      return byProbe(expected.probe(), samples, container);
    }
    return container.health() == Health.NONE
        ? byStability(samples.getLast().at(), container)
        : byEngine;
  }

  private static Decision byStability(Instant now, ObservedContainer container) {
    Instant started = container.startedAt();
    boolean stable =
        started != null && !Duration.between(started, now).minus(Expectation.STABLE).isNegative();
    return stable
        ? new Decision.Healthy("it runs")
        : new Decision.Waiting("it has not run for " + seconds(Expectation.STABLE) + " yet");
  }

  private static Decision byProbe(Probe probe, List<Sample> samples, ObservedContainer container) {
    int passed = 0;
    int refused = 0;
    String reason = "it was not probed yet";
    Instant graceEnds =
        Objects.requireNonNullElse(container.startedAt(), samples.getFirst().at())
            .plus(probe.startPeriod());
    for (Sample sample : samples) {
      if (!isOfThisLife(sample, container)) {
        continue;
      }
      switch (sample.answer()) {
        case Answer.NotAsked none -> {}
        case Answer.Yes yes -> {
          passed++;
          refused = 0;
        }
        case Answer.No no -> {
          passed = 0;
          refused = sample.at().isBefore(graceEnds) ? 0 : refused + 1;
          reason = "its probe fails: " + no.reason();
        }
        case Answer.Unasked unasked -> reason = "it cannot be probed: " + unasked.reason();
      }
    }
    if (passed >= probe.successes()) {
      return new Decision.Healthy("its probe passes");
    }
    return refused >= probe.retries() ? new Decision.Failed(reason) : new Decision.Waiting(reason);
  }

  /** A restarted process begins anew. */
  static boolean isOfThisLife(Sample sample, ObservedContainer container) {
    ObservedContainer then = sample.container();
    return then != null
        && then.id().equals(container.id())
        && Objects.equals(then.startedAt(), container.startedAt());
  }

  static String seconds(Duration duration) {
    return duration.toSeconds() + " s";
  }

  static boolean sameLife(@Nullable ObservedContainer a, @Nullable ObservedContainer b) {
    return a != null
        && b != null
        && a.id().equals(b.id())
        && a.restarts() == b.restarts()
        && Objects.equals(a.startedAt(), b.startedAt());
  }
}
