package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Step;
import dev.holdfast.plan.Verification;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries out steps, one after the other, and decides nothing: what a failure leads to is for the
 * deployment to say.
 */
final class Executor {
  private final AppPorts ports;
  private final Release release;
  private final AppMemory memory;
  private final Sight sight;
  private final ContainerSteps containers;
  private final HealthSteps health;
  private final ServiceCommands commands;
  private final MigrationSteps migrations;

  /**
   * @param journal null between deployments, when there is nothing to account for
   */
  Executor(AppPorts ports, Work work, @Nullable Journal journal) {
    this.ports = ports;
    this.release = work.release();
    this.memory = work.memory();
    this.sight = work.sight();
    EngineCalls calls = new EngineCalls(ports.engine(), ports.time(), release.app());
    HealthWait wait = new HealthWait(ports, work);
    this.containers = new ContainerSteps(ports, work, calls);
    this.health = new HealthSteps(ports, work, journal, wait);
    this.commands = new ServiceCommands(ports, release, journal, wait);
    this.migrations = new MigrationSteps(ports, work, journal, calls, commands);
  }

  /** Names that a container outside the app holds, met so far. */
  Set<String> taken() {
    return containers.taken();
  }

  /** Ids of containers that the engine refused to start. */
  Set<String> refused() {
    return containers.refused();
  }

  StepResult execute(Step step, ObservedState seen) {
    try {
      return switch (step) {
        case Step.Pull pull -> pull(pull);
        case Step.EnsureNetwork network ->
            done(() -> ports.engine().ensureNetwork(release.app(), network.network()));
        case Step.EnsureVolume volume ->
            done(() -> ports.engine().ensureVolume(release.app(), volume.volume()));
        case Step.Create create -> containers.create(create, seen);
        case Step.SetRestart set -> containers.setRestart(set);
        case Step.Stop stop -> containers.stop(stop);
        case Step.Rename rename -> containers.rename(rename);
        case Step.Connect connect -> containers.connect(connect);
        case Step.Start start -> containers.start(start);
        case Step.Remove remove -> containers.remove(remove);
        case Step.Probe probe -> health.probe(probe);
        case Step.AwaitMigration await -> migrations.await(await);
        case Step.RunMigration run -> migrations.run(run);
        case Step.ExecMigration exec -> migrations.exec(exec);
        case Step.UndoMigration undo -> migrations.undo(undo);
        case Step.RunSmoke smoke -> commands.smoke(smoke);
        case Step.Watch watch -> health.watch(watch);
        case Step.RunAfter after -> commands.after(after);
        case Step.Confirm confirm -> confirm();
      };
    } catch (EngineException e) {
      ports.time().checkStopping();
      return EngineCalls.classify(e);
    }
  }

  private static StepResult done(Runnable action) {
    action.run();
    return StepResult.Done.PLAIN;
  }

  private StepResult pull(Step.Pull step) {
    StepResult result = new Puller(ports, release.app()).pull(step.image());
    if (result instanceof StepResult.Done) {
      memory.change(m -> Images.pulled(m, step.image()));
    }
    return result;
  }

  private StepResult confirm() {
    List<String> differences = Verification.of(release, sight.of(release));
    return differences.isEmpty()
        ? StepResult.Done.PLAIN
        : StepResult.Failed.of("what runs is not the release: " + String.join("; ", differences));
  }
}
