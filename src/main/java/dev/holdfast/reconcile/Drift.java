package dev.holdfast.reconcile;

import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.plan.KeepInput;
import dev.holdfast.plan.Plan;
import dev.holdfast.plan.Planner;
import dev.holdfast.plan.Stage;
import dev.holdfast.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an app at its last good release between deployments. A service that has to be put back
 * again and again is put back less and less often, up to {@link #LONGEST} apart, so that a broken
 * one is no restart storm; one that stands for that long begins anew.
 */
final class Drift {
  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int FREE = 2;

  private final AppPorts ports;
  private final Stopwatch watch;
  private final Map<String, Corrections> corrections = new HashMap<>();
  private final Unusable unusable = new Unusable();
  private final Set<String> taken = new HashSet<>();

  /** That of which nothing had to be done. */
  private @Nullable KeepInput kept;

  Drift(AppPorts ports) {
    this.ports = ports;
    this.watch = new Stopwatch(ports.time());
  }

  private record Corrections(int count, Instant last) {}

  /**
   * @param problems why the app is not wholly at the release
   * @param leaves whether a later look has something left to do
   * @param unknown why nothing can be known now, or null
   */
  record Outcome(
      List<String> problems, boolean corrected, boolean leaves, @Nullable String unknown) {}

  /**
   * @param cleans whether what is left of earlier deployments is removed
   */
  Plan plan(Release release, ObservedState seen, boolean cleans) {
    return LocalImages.plan(
        ports.engine(),
        local -> plan(new KeepInput(release, seen, local, unusable.in(seen), taken, cleans)));
  }

  /**
   * Look after look shows the same, and what it is planned from is sooner compared than planned.
   */
  private Plan plan(KeepInput input) {
    if (input.equals(kept)) {
      return Plan.EMPTY;
    }
    Plan plan = Planner.keep(input);
    kept = plan.isEmpty() ? input : null;
    return plan;
  }

  void engineLost() {
    unusable.engineLost();
  }

  /** What an engine takes along as it ends is no service's own fault: all begin anew. */
  void engineAway() {
    engineLost();
    corrections.clear();
  }

  Outcome correct(Work work, ObservedState seen, boolean cleans) {
    Release release = work.release();
    List<String> problems = new ArrayList<>();
    Set<String> corrected = new TreeSet<>();
    Set<String> given = new HashSet<>();
    Executor executor = new Executor(ports, work, null);
    for (Step step : plan(release, seen, cleans).steps()) {
      String service = Objects.requireNonNullElse(step.service(), "");
      if (given.contains(service) || mustWait(service, step, problems, given)) {
        continue;
      }
      ports
          .signals()
          .note(
              release.app(),
              step.stage().text() + ": " + step.what() + ", because " + step.cause());
      switch (executor.execute(step, seen)) {
        case StepResult.Done done -> note(step, service, corrected);
        case StepResult.Failed failed -> {
          problems.add("could not " + step.what() + ": " + failed.reason());
          given.add(service);
          count(service);
        }
        case StepResult.Replan replan -> given.add(service);
        case StepResult.Suspended suspended -> {
          engineLost();
          return new Outcome(problems, !corrected.isEmpty(), true, suspended.reason());
        }
      }
    }
    corrected.forEach(this::count);
    corrected.forEach(service -> ports.signals().driftCorrected(release.app(), service));
    unusable.refused(executor.refused(), watch.now());
    taken.addAll(executor.taken());
    boolean leaves =
        problems.isEmpty() && !plan(release, work.sight().of(release), cleans).isEmpty();
    return new Outcome(problems, !corrected.isEmpty(), leaves, null);
  }

  private boolean mustWait(String service, Step step, List<String> problems, Set<String> given) {
    Corrections earlier = corrections.get(service);
    if (step.stage() != Stage.DRIFT || earlier == null || earlier.count() < FREE) {
      return false;
    }
    Duration pause = FIRST.multipliedBy(1L << Math.min(earlier.count() - FREE, 6));
    Instant next = earlier.last().plus(pause.compareTo(LONGEST) > 0 ? LONGEST : pause);
    Instant now = ports.time().now();
    // Before the last one: the clock was set back, and would make a short pause a long one.
    if (!now.isBefore(next) || now.isBefore(earlier.last())) {
      return false;
    }
    problems.add(
        "service "
            + service
            + " had to be put back "
            + earlier.count()
            + " times; it is tried again at "
            + next);
    given.add(service);
    return true;
  }

  private static void note(Step step, String service, Set<String> corrected) {
    if (step.stage() == Stage.DRIFT && step instanceof Step.OnContainer) {
      corrected.add(service);
    }
  }

  private void count(String service) {
    Instant now = ports.time().now();
    Corrections earlier = corrections.get(service);
    int before =
        earlier == null || earlier.last().plus(LONGEST.multipliedBy(2)).isBefore(now)
            ? 0
            : earlier.count();
    corrections.put(service, new Corrections(before + 1, now));
  }
}
