package dev.holdfast.rollout;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.Probe;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a service that was healthy stays so. A container that ends, restarts, is replaced or
 * turns unhealthy while it is watched has failed; so has one whose probe refuses {@code retries}
 * times in a row, or passes and refuses by turns.
 */
public final class WatchDecision {
  /**
   * How long after the watch a probe that refused last may take to pass again, while it cannot be
   * put.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** One refusal, or two, is a hiccup; who passes and fails by turns this often is not well. */
  private static final int FLAPS = 3;

  private WatchDecision() {}

  /**
   * @param samples oldest first, at least one; the first is what the others are held against
   */
  public static Decision of(
      @Nullable Probe probe, boolean mayComplete, Duration watch, List<Sample> samples) {
    Sample first = samples.getFirst();
    Sample last = samples.getLast();
    ObservedContainer container = last.container();
    if (container == null) {
      return new Decision.Failed("its container is gone");
    }
    if (container.state() == State.EXITED
        && mayComplete
        && Integer.valueOf(0).equals(container.exitCode())) {
      return new Decision.Healthy("completed");
    }
    if (container.state() == State.EXITED) {
      return new Decision.Failed(HealthDecision.exitText(container));
    }
    if (container.state() != State.RUNNING
        || !HealthDecision.sameLife(first.container(), container)) {
      return new Decision.Failed("it restarted while it was watched");
    }
    if (EngineWord.of(samples, container) instanceof Decision.Failed failed) {
      return failed;
    }
    if (probe != null && refusals(samples) >= probe.retries()) {
      return new Decision.Failed("its probe fails: " + lastReason(samples));
    }
    if (turns(samples) >= FLAPS) {
      return new Decision.Failed(
          "its probe passed and failed by turns, "
              + FLAPS
              + " times while it was watched: "
              + lastReason(samples));
    }
    Duration watched = Duration.between(first.at(), last.at());
    boolean over = !watched.minus(watch).isNegative();
    boolean wellNow = probe == null || refusals(samples) == 0;
    if (over && !wellNow && watched.compareTo(watch.plus(PATIENCE)) > 0) {
      return new Decision.Failed("its probe did not pass again: " + lastReason(samples));
    }
    return over && wellNow
        ? new Decision.Healthy("stayed healthy for " + HealthDecision.seconds(watch))
        : new Decision.Waiting("it is watched");
  }

  /** How often a probe that passed was refused next. */
  private static int turns(List<Sample> samples) {
    int turns = 0;
    boolean passed = false;
    for (Sample sample : samples) {
      turns += sample.answer() instanceof Answer.No && passed ? 1 : 0;
      passed =
          sample.answer() instanceof Answer.Yes
              || (passed && !(sample.answer() instanceof Answer.No));
    }
    return turns;
  }

  private static int refusals(List<Sample> samples) {
    int inARow = 0;
    for (Sample sample : samples) {
      inARow =
          switch (sample.answer()) {
            case Answer.NotAsked none -> inARow;
            case Answer.Yes yes -> 0;
            case Answer.No no -> inARow + 1;
            case Answer.Unasked unasked -> inARow;
          };
    }
    return inARow;
  }

  private static String lastReason(List<Sample> samples) {
    return samples.reversed().stream()
        .map(Sample::answer)
        .filter(Answer.No.class::isInstance)
        .map(answer -> ((Answer.No) answer).reason())
        .findFirst()
        .orElse("");
  }
}
