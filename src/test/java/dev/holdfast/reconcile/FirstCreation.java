package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Plan;
import dev.holdfast.plan.PlanInput;
import dev.holdfast.plan.Planner;
import dev.holdfast.plan.Step;
import java.util.List;
import java.util.Set;

/**
 * A first deployment, up to the moment before anything is started unless that is asked for: looked
 * at, planned and carried out by the code that carries out all of them.
 */
public final class FirstCreation {
  private final AppSettings settings;
  private final AppPorts ports;

  /**
   * @param problems of the files, where nothing was made; each with its place
   */
  public record Made(List<String> problems, List<String> warnings) {}

  public FirstCreation(App app) {
    this.settings = app.settings();
    this.ports = app.ports();
  }

  public static Signals deaf() {
    return new Quiet();
  }

  /**
   * @param start as well
   */
  public Made create(boolean start) {
    Definition.Look look = ports.definition().look();
    Definition.Target target = look.target();
    if (target == null) {
      return new Made(look.problems(), look.warnings());
    }
    create(target, start);
    return new Made(List.of(), look.warnings());
  }

  private void create(Definition.Target target, boolean start) {
    Release release = target.release();
    ObservedState seen = ports.engine().observe(release.app(), release);
    AppMemory memory = new AppMemory(ports.store(), release.app());
    DeploymentRecord record =
        Begin.draft(settings, ports.time().now(), DeploymentRecord.Kind.DEPLOY, release, seen);
    Requests requests =
        new Begin(settings, ports, memory).requests(release, record.deploymentId(), target, seen);
    Sight sight = new Sight(settings, ports, memory);
    Executor executor =
        new Executor(
            ports,
            new Work(release, null, requests, memory, sight, state -> {}, new Shells()),
            null);
    Plan plan = Planner.deployment(new PlanInput(release, null, record, seen, Set.of(), Set.of()));
    for (Step step : plan.steps()) {
      StepResult result =
          makes(step) || (start && step instanceof Step.Start)
              ? executor.execute(step, seen)
              : StepResult.Done.PLAIN;
      if (!(result instanceof StepResult.Done)) {
        throw new AssertionError(step.service() + ": " + step.what() + ": " + result);
      }
    }
  }

  private static boolean makes(Step step) {
    return step instanceof Step.Pull
        || step instanceof Step.EnsureNetwork
        || step instanceof Step.EnsureVolume
        || step instanceof Step.Create
        || step instanceof Step.Rename;
  }
}
