package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.Failure;
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
import dev.holdfast.plan.Undos;
import dev.holdfast.plan.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
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

  /** Looks at which an engine that is there does not do a step of the way back. */
  private static final int MOST_TRIES = 10;

  private static final String NOT_DONE = "not done yet: ";

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private final AppPorts ports;
  private final Release release;
  private final @Nullable Release previous;
  private final Journal journal;
  private final Executor executor;
  private final Forward forward;
  private final Sight sight;
  private final Consumer<ObservedState> looked;
  private int replans;

  /**
   * @param superseded asked once before the first container is touched: whether a newer desired
   *     state has come
   */
  DeploymentRun(AppPorts ports, Work work, Journal journal, BooleanSupplier superseded) {
    this.ports = ports;
    this.release = work.release();
    this.previous = work.previous();
    this.journal = journal;
    this.sight = work.sight();
    this.looked = work.looked();
    this.executor = new Executor(ports, work, journal);
    this.forward = new Forward(ports, release, journal, this::execute, superseded);
  }

  /** How it ended, or why it is left for the next look. */
  sealed interface Ending {
    record Finished(Status status) implements Ending {}

    record Left(String reason) implements Ending {}
  }

  /**
   * @param first what was seen just now
   */
  Ending run(ObservedState first) {
    try (executor) {
      return carryOn(first);
    }
  }

  private Ending carryOn(ObservedState first) {
    for (ObservedState seen = first; ; seen = sight.of(release)) {
      looked.accept(seen);
      Plan plan = plan(seen);
      Ending ending =
          journal.record().direction() == Direction.FORWARD
              ? forward(plan, seen)
              : back(plan, seen);
      if (ending != null) {
        return ending;
      }
    }
  }

  /** The backups that were taken for this deployment. */
  private SortedMap<String, Duration> standing() {
    SortedMap<String, Duration> ages = new TreeMap<>();
    Instant now = ports.time().now();
    if (!release.rollout().backups().isEmpty()) {
      ports.backups().all(release.app()).stream()
          .filter(taken -> taken.id().equals(journal.record().deploymentId()))
          .forEach(taken -> ages.put(taken.name(), Duration.between(taken.takenAt(), now)));
    }
    return ages;
  }

  private Plan plan(ObservedState seen) {
    SortedMap<String, Duration> standing = standing();
    return LocalImages.plan(
        ports.engine(),
        local ->
            Planner.deployment(
                new PlanInput(
                    release, previous, journal.record(), seen, local, executor.taken(), standing)));
  }

  /** Null: look and plan again. */
  private @Nullable Ending forward(Plan plan, ObservedState seen) {
    return switch (forward.run(plan, seen)) {
      case Forward.Outcome.Ended ended -> finish(ended.status());
      case Forward.Outcome.Failed failed -> turn(failed.step(), failed.failure());
      case Forward.Outcome.Changed changed -> replan(changed.step(), changed.reason());
      case Forward.Outcome.Unknown unknown -> {
        journal.suspend(unknown.reason());
        yield new Ending.Left(unknown.reason());
      }
    };
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
    boolean restores = plan.steps().stream().anyMatch(Step.RestoreBackup.class::isInstance);
    for (Step step : plan.steps()) {
      if (step instanceof Step.RestoreBackup && !problems.isEmpty()) {
        return rollbackFailed(problems);
      }
      if ((step instanceof Step.Remove && !problems.isEmpty())
          || (step instanceof Step.OnContainer && given.contains(step.service()))) {
        continue;
      }
      if (restores && step instanceof Step.OnContainer) {
        // Stopped for it, so that its health is asked once it is back.
        journal.touch(step.service());
      }
      switch (execute(step, seen)) {
        case StepResult.Done done when step instanceof Step.Probe probe ->
            healthy.add(probe.service() + " is healthy");
        case StepResult.Done done when step instanceof Step.RestoreBackup -> {
          // What is put back now is planned from what is there now.
          journal.end(StepStatus.SUCCEEDED, done.message());
          return null;
        }
        case StepResult.Done done -> {}
        case StepResult.Failed failed
            when step instanceof Step.UndoMigration || step instanceof Step.RestoreBackup -> {
          return rollbackFailed(List.of(failed.reason()));
        }
        case StepResult.Failed failed -> {
          problems.add(failed.reason());
          if (step instanceof Step.Stop
              || step instanceof Step.Pull
              || step instanceof Step.Create
              || step instanceof Step.Ready) {
            // Nothing is started beside what could not be stopped, or without having been made, nor
            // made without its image; and what serves does not leave to one that is not well.
            given.add(Objects.requireNonNull(step.service()));
          }
        }
        case StepResult.Replan replan -> {
          journal.end(StepStatus.FAILED, replan.reason());
          return replan(step, replan.reason());
        }
        case StepResult.Suspended suspended when suspended.unanswered() -> {
          return notDone(suspended.reason());
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

  /**
   * Tried again at the next look, and not for ever: meanwhile what the way back stopped is down,
   * and only its end calls a person. Each try is in the record, so that a death forgets none.
   */
  private Ending notDone(String reason) {
    long tries =
        1
            + journal.record().steps().stream()
                .filter(step -> step.step().equals(Stage.ROLLBACK.text()))
                .filter(step -> Objects.requireNonNullElse(step.message(), "").startsWith(NOT_DONE))
                .count();
    if (tries >= MOST_TRIES) {
      return rollbackFailed(List.of("tried at " + tries + " looks in vain: " + reason));
    }
    journal.log("warn", Stage.ROLLBACK.text(), null, reason);
    journal.end(StepStatus.FAILED, NOT_DONE + reason);
    return new Ending.Left(reason);
  }

  private Ending rollbackFailed(List<String> problems) {
    unrestored();
    journal.end(StepStatus.FAILED, String.join("; ", problems));
    return finish(Status.ROLLBACK_FAILED);
  }

  /**
   * Data that was to be put back and is not: the release before cannot run on what is there, so
   * that the app is held instead of being kept at it.
   */
  private void unrestored() {
    if (!journal.record().before().isEmpty()) {
      Undos.restoring(release, journal.record()).keySet().stream()
          .filter(index -> !journal.record().undone().containsKey(index))
          .forEach(index -> journal.undone(index, 1));
    }
  }

  private Ending finish(Status status) {
    journal.finish(status);
    return new Ending.Finished(status);
  }
}
