package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Step;
import dev.holdfast.plan.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries out steps, one after the other, and decides nothing: what a failure leads to is for the
 * deployment to say.
 */
final class Executor implements AutoCloseable {
  private static final Duration SLICE = Duration.ofSeconds(1);

  private final AppPorts ports;
  private final Release release;
  private final AppMemory memory;
  private final Sight sight;
  private final ContainerSteps containers;
  private final HealthWait wait;
  private final HealthSteps health;
  private final ServiceCommands commands;
  private final MigrationSteps migrations;
  private final GapSteps gaps;
  private final BackupSteps backups;

  /**
   * @param journal null between deployments, when there is nothing to account for
   */
  Executor(AppPorts ports, Work work, @Nullable Journal journal) {
    this.ports = ports;
    this.release = work.release();
    this.memory = work.memory();
    this.sight = work.sight();
    EngineCalls calls = new EngineCalls(ports.engine(), ports.time(), release.app());
    this.wait = new HealthWait(ports, work);
    this.containers = new ContainerSteps(ports, work, calls);
    this.health = new HealthSteps(ports, work, journal, wait);
    this.commands = new ServiceCommands(ports, work, journal, wait);
    this.gaps = new GapSteps(work, journal, wait, new GapMeter(ports));
    this.backups = new BackupSteps(ports, work, journal, calls);
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
    if (!(step instanceof Step.Probe)) {
      wait.saw(null);
    }
    try {
      return switch (step) {
        case Step.Pull pull -> pull(pull);
        case Step.EnsureNetwork network ->
            done(() -> ports.engine().ensureNetwork(release.app(), network.network()));
        case Step.EnsureVolume volume ->
            done(() -> ports.engine().ensureVolume(release.app(), volume.volume()));
        case Step.Create create -> containers.create(create, seen);
        case Step.SetRestart set -> containers.setRestart(set);
        case Step.Stop stop -> gaps.stop(stop, seen, () -> containers.stop(stop));
        case Step.Rename rename -> containers.rename(rename);
        case Step.Connect connect -> containers.connect(connect);
        case Step.Hide hide -> containers.hide(hide);
        case Step.Join join -> join(join);
        case Step.Start start -> start(start);
        case Step.Remove remove -> containers.remove(remove);
        case Step.Ready ready -> health.ready(ready, containers.id(ready.container()));
        case Step.Pause pause -> pause(pause);
        case Step.Monitor monitor -> health.monitor(monitor);
        case Step.Probe probe -> probe(probe);
        case Step.TakeBackup take -> backups.take(take);
        case Step.RestoreBackup restore -> backups.restore(restore);
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

  private StepResult probe(Step.Probe step) {
    StepResult result = health.probe(step);
    if (result instanceof StepResult.Done) {
      gaps.healthy(step.service());
    }
    return result;
  }

  private StepResult start(Step.Start start) {
    return gaps.start(start, containers.id(start.container()), () -> containers.start(start));
  }

  private StepResult join(Step.Join join) {
    Step.Ready ready =
        new Step.Ready(join.stage(), join.service(), join.container(), "it started anew");
    return containers.join(join, () -> health.ready(ready, containers.id(join.container())));
  }

  @Override
  public void close() {
    gaps.close();
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

  private StepResult pause(Step.Pause step) {
    Stopwatch watch = new Stopwatch(ports.time());
    Instant end = watch.now().plus(step.duration());
    for (Instant now = watch.now(); now.isBefore(end); now = watch.now()) {
      Duration left = Duration.between(now, end);
      ports.time().sleep(left.compareTo(SLICE) < 0 ? left : SLICE);
      ports.time().checkStopping();
    }
    return StepResult.Done.PLAIN;
  }

  private StepResult confirm() {
    List<String> differences = Verification.of(release, sight.of(release));
    return differences.isEmpty()
        ? StepResult.Done.PLAIN
        : StepResult.Failed.of("what runs is not the release: " + String.join("; ", differences));
  }
}
