package dev.holdfast.reconcile;

import dev.holdfast.backup.Operation;
import dev.holdfast.backup.Saved;
import dev.holdfast.model.Backup;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.plan.ContainerRef;
import dev.holdfast.plan.DataUsers;
import dev.holdfast.plan.KeepInput;
import dev.holdfast.plan.Plan;
import dev.holdfast.plan.Planner;
import dev.holdfast.plan.Stage;
import dev.holdfast.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The parts of a restore that a person asked for. Each can be repeated: what is done already is not
 * planned again, and data is put back from its beginning.
 */
final class Restoring {
  private final AppPorts ports;
  private final Work work;
  private final Release release;
  private final DataSteps data;
  private Operation operation;

  Restoring(AppPorts ports, Work work, DataSteps data, Operation operation) {
    this.ports = ports;
    this.work = work;
    this.release = work.release();
    this.data = data;
    this.operation = operation;
  }

  Operation operation() {
    return operation;
  }

  void at(Operation.Phase phase) {
    save(operation.at(phase));
  }

  Operation tried(String why) {
    save(operation.tried(ports.redactor().redact(why)));
    return operation;
  }

  private void save(Operation next) {
    if (!next.equals(operation)) {
      Operations.save(ports, release.app(), next);
      operation = next;
    }
  }

  /** Whether each of them can be restored; nothing is touched. */
  StepResult examine() {
    for (String name : operation.names()) {
      if (taken(name).isEmpty()) {
        return gone(name);
      }
      StepResult result = data.examine(taken(name).get(), new Tail(line -> {}));
      if (!(result instanceof StepResult.Done)) {
        return result;
      }
    }
    return StepResult.Done.PLAIN;
  }

  private Optional<Saved> taken(String name) {
    String from = operation.from() == null ? operation.id() : operation.from();
    return ports.backups().find(release.app(), from, name);
  }

  private StepResult gone(String name) {
    return StepResult.Failed.of("backup " + name + " of " + operation.from() + " is gone");
  }

  /**
   * One after the other: stops who uses its data, and puts it back. A service that one of them is
   * restored into may be one that uses the next.
   */
  StepResult putBack() {
    for (String name : operation.names()) {
      StepResult restored = putBack(name);
      if (!(restored instanceof StepResult.Done)) {
        return restored;
      }
    }
    return StepResult.Done.PLAIN;
  }

  private StepResult putBack(String name) {
    Optional<Saved> taken = taken(name);
    if (taken.isEmpty()) {
      return gone(name);
    }
    StepResult stopped = stopUsers(List.of(name));
    return stopped instanceof StepResult.Done
        ? data.restore(taken.get(), new Tail(line -> {}))
        : stopped;
  }

  /** Those of all of it: what is saved then is what is there until it is replaced. */
  StepResult stopUsers() {
    return stopUsers(operation.names());
  }

  private StepResult stopUsers(List<String> names) {
    List<Backup> backups = List.copyOf(DataUsers.named(release, names).values());
    Release beside = work.previous() == null ? release : work.previous();
    ObservedState seen = work.sight().of(release);
    Plan plan = Planner.beforeRestore(release, beside, seen, backups);
    List<Operation.Stopped> stopped = new ArrayList<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.Stop stop) {
        seen.containers().stream()
            .filter(c -> c.active() && c.id().equals(stop.container().id()))
            .forEach(c -> stopped.add(new Operation.Stopped(c.id(), c.service(), c.restart())));
      }
    }
    save(operation.stopping(stopped));
    return carryOut(plan, seen);
  }

  /** Whether what the backups are looked at in, and saved from, runs. */
  boolean canBeAsked() {
    ObservedState seen = work.sight().of(release);
    return DataUsers.named(release, operation.names()).values().stream()
        .map(Backup::from)
        .filter(Backup.From.Command.class::isInstance)
        .allMatch(
            from -> seen.of(from.service()).stream().anyMatch(c -> c.active() && !c.oneOff()));
  }

  /**
   * What was stopped for it and nothing else, with the policies that they had.
   *
   * @param owed backups that are still to be restored: their users stay stopped
   */
  StepResult startAgain(List<String> owed) {
    ObservedState seen = work.sight().of(release);
    List<String> users = users(owed);
    List<Step> steps = new ArrayList<>();
    for (Operation.Stopped stopped : operation.stopped().reversed()) {
      seen.containers().stream()
          .filter(c -> c.id().equals(stopped.container()) && !users.contains(c.service()))
          .forEach(c -> steps.addAll(start(stopped, c)));
    }
    return carryOut(new Plan(steps), seen);
  }

  private List<String> users(List<String> names) {
    List<Backup> backups = List.copyOf(DataUsers.named(release, names).values());
    return DataUsers.of(release, work.previous(), backups);
  }

  private static List<Step> start(Operation.Stopped stopped, ObservedContainer container) {
    String cause = "it was stopped for the restore";
    ContainerRef ref = ContainerRef.of(container);
    List<Step> steps = new ArrayList<>();
    if (!container.restart().equals(stopped.restart())) {
      steps.add(new Step.SetRestart(Stage.DRIFT, stopped.service(), ref, stopped.restart(), cause));
    }
    if (!container.active()) {
      steps.add(new Step.Start(Stage.DRIFT, stopped.service(), ref, cause));
    }
    return steps;
  }

  /** As far as they are still there. */
  List<Saved> taken() {
    return operation.names().stream().flatMap(name -> taken(name).stream()).toList();
  }

  /** Starts what was stopped, and waits until it is well. */
  StepResult serve() {
    ObservedState seen = work.sight().of(release);
    boolean cleans = work.memory().read().unresolved() == null;
    Plan plan =
        LocalImages.plan(
            ports.engine(), local -> Planner.keep(new KeepInput(release, seen, local, cleans)));
    StepResult started = carryOut(plan, seen);
    if (!(started instanceof StepResult.Done)) {
      return started;
    }
    List<Step> probes = new ArrayList<>();
    DataUsers.of(release, null, DataUsers.named(release, operation.names()).values())
        .reversed()
        .forEach(
            user -> probes.add(new Step.Probe(Stage.DRIFT, user, true, "its data was put back")));
    return carryOut(new Plan(probes), seen);
  }

  private StepResult carryOut(Plan plan, ObservedState seen) {
    try (Executor executor = new Executor(ports, work, null)) {
      for (Step step : plan.steps()) {
        ports.time().checkStopping();
        ports
            .signals()
            .note(release.app(), "restore: " + step.what() + ", because " + step.cause());
        StepResult result = executor.execute(step, seen);
        if (!(result instanceof StepResult.Done)) {
          return result;
        }
      }
    }
    return StepResult.Done.PLAIN;
  }
}
