package dev.holdfast.reconcile;

import dev.holdfast.docker.Engine;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Plan;
import dev.holdfast.plan.PlanInput;
import dev.holdfast.plan.Planner;
import dev.holdfast.plan.Stage;
import dev.holdfast.plan.Step;
import dev.holdfast.plan.Turn;
import dev.holdfast.plan.Verification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One deployment from where it stands to its end:
 *
 * <ol>
 *   <li>Look, and plan the rest from what is there.
 *   <li>Carry the plan out. What a death would make us forget is written first.
 *   <li>When the world changed under the plan, look and plan again; when nothing can be known, stop
 *       and leave it for the next look.
 *   <li>When a step fails, write the evidence, then turn: end where nothing was touched, go back,
 *       or hold the app.
 *   <li>Going back is done once and never turned again: each service is put back as far as it goes,
 *       then all is compared with before.
 * </ol>
 */
final class DeploymentRun {
  /** A world that keeps changing under the plan is a failure too. */
  private static final int REPLANS = 10;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private final AppPorts ports;
  private final Release release;
  private final @Nullable Release previous;
  private final Journal journal;
  private final Executor executor;
  private final BooleanSupplier superseded;
  private final Sight sight;
  private final Consumer<ObservedState> looked;
  private int replans;
  private boolean outside;

  /**
   * @param superseded asked once before the first container is touched: whether a newer desired
   *     state has come
   */
  DeploymentRun(AppPorts ports, Work work, Journal journal, BooleanSupplier superseded) {
    this.ports = ports;
    this.release = work.release();
    this.previous = work.previous();
    this.journal = journal;
    this.superseded = superseded;
    this.sight = work.sight();
    this.looked = work.looked();
    this.executor = new Executor(ports, work, journal);
  }

  /** How it ended, or why it is left for the next look. */
  sealed interface Ending {
    /** {@code outside}: the failure was none of the release's. */
    record Finished(Status status, boolean outside) implements Ending {}

    record Left(String reason) implements Ending {}
  }

  Ending run() {
    try (executor) {
      return carryOn();
    }
  }

  private Ending carryOn() {
    while (true) {
      ObservedState seen = sight.of(release);
      looked.accept(seen);
      Plan plan =
          Planner.deployment(
              new PlanInput(release, previous, journal.record(), seen, local(), executor.taken()));
      Ending ending =
          journal.record().direction() == Direction.FORWARD
              ? forward(plan, seen)
              : back(plan, seen);
      if (ending != null) {
        return ending;
      }
    }
  }

  private Set<String> local() {
    Set<String> local = new HashSet<>();
    release.services().values().forEach(service -> addLocal(local, service));
    if (previous != null) {
      previous.services().values().forEach(service -> addLocal(local, service));
    }
    return local;
  }

  private void addLocal(Set<String> local, Release.Service service) {
    if (ports.engine().image(service.image()).isPresent()) {
      local.add(service.image().pullReference());
    }
  }

  /** Null: look and plan again. */
  private @Nullable Ending forward(Plan plan, ObservedState seen) {
    for (Map.Entry<Integer, Integer> migration : journal.record().migrations().entrySet()) {
      if (migration.getValue() != 0) {
        // Its end was written down, and the agent died before it could turn: it is not run again.
        String service = release.rollout().migrations().get(migration.getKey()).service();
        Step step = new Step.RunMigration(service, migration.getKey(), List.of(), "it was cut off");
        return turn(
            step,
            StepResult.Failed.of(
                "the migration failed: ended with exit status " + migration.getValue()));
      }
    }
    List<Step> steps = plan.steps();
    if (!journal.record().updateBegan() && !steps.isEmpty()) {
      Engine.Gaps gaps = ports.engine().gaps(release);
      gaps.notices().forEach(notice -> journal.log("warn", Stage.VALIDATE.text(), null, notice));
      if (!gaps.refusals().isEmpty()) {
        return turn(steps.getFirst(), StepResult.Failed.of(String.join("; ", gaps.refusals())));
      }
    }
    Progress progress = new Progress(journal);
    String afterProblem = null;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step instanceof Step.OnContainer) {
        if (mayGiveWay() && superseded.getAsBoolean()) {
          return finish(Status.SUPERSEDED);
        }
        journal.touch(step.service());
      }
      progress.begin(step);
      StepResult result = step instanceof Step.Pull ? pulls(steps, i) : execute(step, seen);
      i += step instanceof Step.Pull ? pullsFrom(steps, i) - 1 : 0;
      switch (result) {
        case StepResult.Done done -> progress.done(done.message());
        case StepResult.Failed failed when step instanceof Step.RunAfter -> {
          afterProblem = failed.reason();
          progress.failed(failed.reason());
        }
        case StepResult.Failed failed -> {
          outside = failed.outside();
          return turn(step, failed);
        }
        case StepResult.Replan replan -> {
          return replan(step, replan.reason());
        }
        case StepResult.Suspended suspended -> {
          journal.suspend(suspended.reason());
          return new Ending.Left(suspended.reason());
        }
      }
    }
    progress.close();
    if (afterProblem != null) {
      journal.failed(
          new Failure(Stage.AFTER.text(), null, afterProblem, List.of()), Direction.FORWARD);
      return finish(Status.DEGRADED);
    }
    return finish(Status.SUCCEEDED);
  }

  /**
   * Not after a migration that the release before cannot live with: whatever came instead would
   * know nothing of it.
   */
  private boolean mayGiveWay() {
    return !journal.record().updateBegan() && Turn.after(journal.record(), release) == Turn.END;
  }

  private StepResult execute(Step step, ObservedState seen) {
    if (!(step instanceof Step.OnContainer) || step instanceof Step.Create) {
      // Not in the middle of a swap: between stop and start the service is down.
      ports.time().checkStopping();
    }
    journal.log(
        "info", step.stage().text(), step.service(), step.what() + ", because " + step.cause());
    return executor.execute(step, seen);
  }

  private static int pullsFrom(List<Step> steps, int from) {
    int i = from;
    while (i < steps.size() && steps.get(i) instanceof Step.Pull) {
      i++;
    }
    return i - from;
  }

  private StepResult pulls(List<Step> steps, int from) {
    List<CompletableFuture<StepResult>> running = new ArrayList<>();
    for (Step step : steps.subList(from, from + pullsFrom(steps, from))) {
      running.add(
          CompletableFuture.supplyAsync(
              () ->
                  execute(
                      step,
                      new ObservedState(
                          release.app(),
                          List.of(),
                          new java.util.TreeSet<>(),
                          new java.util.TreeSet<>())),
              ports.workers()));
    }
    List<StepResult> results = running.stream().map(DeploymentRun::joined).toList();
    return results.stream()
        .filter(r -> !(r instanceof StepResult.Done))
        .findFirst()
        .orElse(StepResult.Done.PLAIN);
  }

  private static StepResult joined(CompletableFuture<StepResult> future) {
    try {
      return future.join();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  private @Nullable Ending replan(Step step, String reason) {
    journal.log("info", step.stage().text(), step.service(), "looking again: " + reason);
    if (++replans <= REPLANS) {
      ports.time().sleep(FIRST_PAUSE.multipliedBy(1L << Math.min(replans - 1, 4)));
      return null;
    }
    return journal.record().direction() == Direction.FORWARD
        ? turn(step, StepResult.Failed.of("the app kept changing under the deployment: " + reason))
        : rollbackFailed(List.of("the app kept changing under the rollback: " + reason));
  }

  private @Nullable Ending turn(Step step, StepResult.Failed failed) {
    Failure failure =
        new Failure(step.stage().text(), step.service(), failed.reason(), failed.logTail());
    return switch (Turn.after(journal.record(), release)) {
      case END -> {
        journal.failed(failure, Direction.FORWARD);
        yield finish(Status.FAILED);
      }
      case HOLD -> {
        journal.failed(failure, Direction.FORWARD);
        yield finish(Status.DEGRADED);
      }
      case BACK -> {
        journal.failed(failure, Direction.BACK);
        yield null;
      }
    };
  }

  /**
   * Puts back as much as can be; what failed stays, stopped, where something could not be put back.
   */
  private @Nullable Ending back(Plan plan, ObservedState seen) {
    journal.begin(Stage.ROLLBACK, null);
    List<String> problems = new ArrayList<>();
    List<String> healthy = new ArrayList<>();
    Set<String> given = new HashSet<>();
    for (Step step : plan.steps()) {
      if ((step instanceof Step.Remove && !problems.isEmpty())
          || (step instanceof Step.OnContainer && given.contains(step.service()))) {
        continue;
      }
      switch (execute(step, seen)) {
        case StepResult.Done done when step instanceof Step.Probe probe ->
            healthy.add(probe.service() + " is healthy");
        case StepResult.Done done -> {}
        case StepResult.Failed failed when step instanceof Step.UndoMigration -> {
          return rollbackFailed(List.of(failed.reason()));
        }
        case StepResult.Failed failed -> {
          problems.add(failed.reason());
          if (step instanceof Step.Stop || step instanceof Step.Create) {
            // Nothing is started beside what could not be stopped, or without having been made.
            given.add(Objects.requireNonNull(step.service()));
          }
        }
        case StepResult.Replan replan -> {
          journal.end(StepStatus.FAILED, replan.reason());
          return replan(step, replan.reason());
        }
        case StepResult.Suspended suspended -> {
          journal.suspend(suspended.reason());
          return new Ending.Left(suspended.reason());
        }
      }
    }
    problems.addAll(Verification.ofRollback(journal.record(), previous, sight.of(release)));
    if (!problems.isEmpty()) {
      return rollbackFailed(problems);
    }
    String message =
        "put back and verified" + (healthy.isEmpty() ? "" : ": " + String.join(", ", healthy));
    journal.end(
        StepStatus.SUCCEEDED,
        journal.record().before().isEmpty() ? "nothing ran before; left stopped" : message);
    return finish(journal.record().before().isEmpty() ? Status.FAILED : Status.ROLLED_BACK);
  }

  private Ending rollbackFailed(List<String> problems) {
    journal.end(StepStatus.FAILED, String.join("; ", problems));
    return finish(Status.ROLLBACK_FAILED);
  }

  private Ending finish(Status status) {
    journal.finish(status);
    return new Ending.Finished(status, outside);
  }

  /** For the record of a new deployment: what runs now, which a rollback puts back. */
  static List<Replaced> before(ObservedState seen) {
    return Befores.of(seen);
  }

  DeploymentRecord record() {
    return journal.record();
  }
}
