package dev.holdfast.reconcile;

import dev.holdfast.docker.Engine;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Plan;
import dev.holdfast.plan.Stage;
import dev.holdfast.plan.Step;
import dev.holdfast.plan.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;

/** A plan towards the release, step by step until it is done or one of them cannot be. */
final class Forward {
  private final AppPorts ports;
  private final Release release;
  private final Journal journal;
  private final BiFunction<Step, ObservedState, StepResult> execute;
  private final BooleanSupplier superseded;
  private boolean confirmedAgain;

  /**
   * @param superseded asked once before the first container is touched: whether a newer desired
   *     state has come
   */
  Forward(
      AppPorts ports,
      Release release,
      Journal journal,
      BiFunction<Step, ObservedState, StepResult> execute,
      BooleanSupplier superseded) {
    this.ports = ports;
    this.release = release;
    this.journal = journal;
    this.execute = execute;
    this.superseded = superseded;
  }

  sealed interface Outcome {
    record Ended(Status status) implements Outcome {}

    record Failed(Step step, StepResult.Failed failure) implements Outcome {}

    /** The world changed under the plan. */
    record Changed(Step step, String reason) implements Outcome {}

    /** Nothing can be known now. */
    record Unknown(String reason) implements Outcome {}
  }

  Outcome run(Plan plan, ObservedState seen) {
    for (Map.Entry<Integer, Integer> migration : journal.record().migrations().entrySet()) {
      if (migration.getValue() != 0) {
        // Its end was written down, and the agent died before it could turn: it is not run again.
        String service = release.rollout().migrations().get(migration.getKey()).service();
        Step step = new Step.RunMigration(service, migration.getKey(), List.of(), "it was cut off");
        return new Outcome.Failed(
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
        return new Outcome.Failed(
            steps.getFirst(), StepResult.Failed.of(String.join("; ", gaps.refusals())));
      }
    }
    Progress progress = new Progress(journal);
    String afterProblem = null;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step instanceof Step.OnContainer) {
        if (mayGiveWay() && superseded.getAsBoolean()) {
          return new Outcome.Ended(Status.SUPERSEDED);
        }
        journal.touch(step.service());
      }
      progress.begin(step);
      StepResult result = step instanceof Step.Pull ? pulls(steps, i) : execute.apply(step, seen);
      i += step instanceof Step.Pull ? pullsFrom(steps, i) - 1 : 0;
      switch (result) {
        case StepResult.Done done -> progress.done(done.message());
        case StepResult.Failed failed when step instanceof Step.RunAfter -> {
          afterProblem = failed.reason();
          progress.failed(failed.reason());
        }
        case StepResult.Failed failed when step instanceof Step.Confirm && !confirmedAgain -> {
          // What ended meanwhile beside the release, by a hand or with the engine, is put back
          // once.
          confirmedAgain = true;
          return new Outcome.Changed(step, failed.reason());
        }
        case StepResult.Failed failed -> {
          return new Outcome.Failed(step, failed);
        }
        case StepResult.Replan replan -> {
          return new Outcome.Changed(step, replan.reason());
        }
        case StepResult.Suspended suspended -> {
          return new Outcome.Unknown(suspended.reason());
        }
      }
    }
    progress.close();
    if (afterProblem != null) {
      journal.failed(
          new Failure(Stage.AFTER.text(), null, afterProblem, List.of()), Direction.FORWARD);
      return new Outcome.Ended(Status.DEGRADED);
    }
    return new Outcome.Ended(Status.SUCCEEDED);
  }

  /**
   * Not after a migration that the release before cannot live with: whatever came instead would
   * know nothing of it.
   */
  private boolean mayGiveWay() {
    return !journal.record().updateBegan() && Turn.after(journal.record(), release) == Turn.END;
  }

  private static int pullsFrom(List<Step> steps, int from) {
    int i = from;
    while (i < steps.size() && steps.get(i) instanceof Step.Pull) {
      i++;
    }
    return i - from;
  }

  private StepResult pulls(List<Step> steps, int from) {
    List<PinnedImage> images =
        steps.subList(from, from + pullsFrom(steps, from)).stream()
            .filter(Step.Pull.class::isInstance)
            .map(step -> ((Step.Pull) step).image())
            .distinct()
            .toList();
    Optional<String> refusal = new PullRoom(ports, release.app()).refusal(images);
    if (refusal.isPresent()) {
      return new StepResult.Failed(refusal.get(), List.of(), true);
    }
    List<CompletableFuture<StepResult>> running = new ArrayList<>();
    for (Step step : steps.subList(from, from + pullsFrom(steps, from))) {
      running.add(
          CompletableFuture.supplyAsync(
              () ->
                  execute.apply(
                      step,
                      new ObservedState(
                          release.app(), List.of(), new TreeSet<>(), new TreeSet<>())),
              ports.workers()));
    }
    List<StepResult> results = running.stream().map(Forward::joined).toList();
    return results.stream()
        .filter(r -> !(r instanceof StepResult.Done))
        .findFirst()
        .orElse(StepResult.Done.PLAIN);
  }

  private static StepResult joined(CompletableFuture<StepResult> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }
}
