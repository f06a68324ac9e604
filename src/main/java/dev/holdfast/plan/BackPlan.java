package dev.holdfast.plan;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.HealthCheck;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.Updating.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * From a deployment that failed to what ran before it: first the migrations that say how they are
 * undone, by a command or by what was saved before them, then the very containers that were
 * replaced, newest first, and their health. It reads nothing from the containers that failed.
 * Without a release before it, what the deployment started is left stopped for inspection.
 */
final class BackPlan {
  private static final String CAUSE = "the release failed";

  private final PlanInput in;
  private final DeploymentRecord record;
  private final ObservedState seen;
  private final SlotSteps swap;
  private final BringBack back;
  private final List<Step> steps = new ArrayList<>();

  private BackPlan(PlanInput in) {
    this.in = in;
    this.record = in.record();
    this.seen = in.seen();
    this.swap = new SlotSteps(Stage.ROLLBACK, in.release().id(), in.previous(), in.taken());
    this.back = new BringBack(in, swap, steps);
  }

  static Plan of(PlanInput in) {
    BackPlan plan = new BackPlan(in);
    plan.build();
    return new Plan(plan.steps);
  }

  /**
   * Containers that this deployment made, or found stopped and started, for the new release: all of
   * ours that run and did not run before, and those that carry its label. One that was made anew
   * for the old release is not among them.
   */
  static List<ObservedContainer> made(DeploymentRecord record, ObservedState seen) {
    return seen.containers().stream()
        .filter(c -> !c.oneOff() && (c.isOurs(record.app()) || c.isTakenOver()))
        .filter(c -> c.active() || c.deployment().equals(record.deploymentId()))
        .filter(
            c ->
                record.before().stream()
                    .noneMatch(b -> b.id().equals(c.id()) || standsIn(c, b, seen)))
        .toList();
  }

  /** It was made from the same for one that is gone: at its place, or at the only one. */
  private static boolean standsIn(
      ObservedContainer container, Replaced before, ObservedState seen) {
    return before.service().equals(container.service())
        && before.configHash().equals(container.configHash())
        && (container.number() == before.number() || container.number() == 1)
        && seen.of(before.service()).stream().noneMatch(c -> c.id().equals(before.id()));
  }

  private void build() {
    if (undoMigrations()) {
      return;
    }
    List<String> newestFirst = Order.backwards(in.release(), in.previous());
    newestFirst.forEach(this::putBack);
    record.before().stream()
        .map(Replaced::service)
        .distinct()
        .filter(s -> !newestFirst.contains(s))
        .forEach(this::putBack);
    record.before().stream()
        .filter(before -> before.healthy() && record.servicesDeployed().contains(before.service()))
        .map(Replaced::service)
        .distinct()
        .forEach(
            service -> steps.add(new Step.Probe(Stage.ROLLBACK, service, true, "it was put back")));
    if (!record.before().isEmpty()) {
      // What somebody else made is stopped again, where it was started, and stays.
      made(record, seen).stream()
          .filter(c -> c.isOurs(record.app()))
          .forEach(
              c ->
                  steps.add(
                      new Step.Remove(Stage.ROLLBACK, c.service(), ContainerRef.of(c), CAUSE)));
    }
  }

  /** True where data is put back first: what comes then is planned from what is there then. */
  private boolean undoMigrations() {
    List<Migration> all = in.release().rollout().migrations();
    for (int i = all.size() - 1; i >= 0; i--) {
      boolean owed =
          Undos.ran(record, i)
              && !Objects.equals(record.undone().get(i), 0)
              && (record.before().isEmpty() || !Undos.isCovered(in.release(), record, i));
      if (owed && all.get(i).onRollback() instanceof OnRollback.Command undo) {
        steps.add(new Step.UndoMigration(all.get(i).service(), i, undo.command(), CAUSE));
      } else if (owed
          && !record.before().isEmpty()
          && all.get(i).onRollback() instanceof OnRollback.Restore restore
          && !record.leftOut().contains(restore.backup())) {
        List<Step> first = new BackupPlan(in).restore(i, restore);
        if (!first.isEmpty()) {
          steps.addAll(first);
          return true;
        }
      }
    }
    return false;
  }

  private void putBack(String service) {
    List<ObservedContainer> failed =
        made(record, seen).stream().filter(c -> c.service().equals(service)).toList();
    List<Replaced> before =
        record.before().stream().filter(b -> b.service().equals(service)).toList();
    if (before.isEmpty()) {
      failed.forEach(c -> steps.addAll(stopOnly(c)));
      return;
    }
    boolean beside = isStartFirst(service) && failed.stream().anyMatch(BackPlan::serves);
    // Nothing serves: names can wait until something does. One that is made anew needs its own.
    boolean namesCanWait = !beside && before.stream().allMatch(b -> isThere(b));
    List<Step> after = namesCanWait ? new ArrayList<>() : steps;
    for (ObservedContainer c : failed) {
      List<Step> leaves = beside && serves(c) ? aside(service, c) : away(service, c);
      leaves.forEach(step -> (step instanceof Step.Rename ? after : steps).add(step));
    }
    before.forEach(b -> back.container(b, beside, after));
    if (namesCanWait) {
      steps.addAll(after);
    }
    List<ObservedContainer> serving = failed.stream().filter(c -> beside && serves(c)).toList();
    if (!serving.isEmpty() && !isFoundUnhealthy(service)) {
      leave(service, serving, before);
    }
    serving.forEach(c -> steps.addAll(swap.stop(service, c, CAUSE)));
  }

  /**
   * What is known to answer badly is not given time to answer more. One that fails a smoke test, or
   * prints what it must not, answers: its clients are not cut off.
   */
  private boolean isFoundUnhealthy(String service) {
    return record.healthChecks().get(service) == HealthCheck.UNHEALTHY;
  }

  /** To what is still healthy after all that time: the failed one is better than nothing. */
  private void leave(String service, List<ObservedContainer> serving, List<Replaced> before) {
    Release previous = Objects.requireNonNull(in.previous());
    Release.Service known = Objects.requireNonNull(previous.services().get(service));
    Duration drain = known.spec().updates().drain();
    pause(service, drain, "every proxy has to meet the one that came back");
    if (drain.isPositive()) {
      cameBack(service, before)
          .forEach(
              container ->
                  steps.add(
                      new Step.Ready(
                          Stage.ROLLBACK, service, container, "the failed one leaves to it")));
    }
    List<Step.Hide> leaving =
        serving.stream()
            .map(c -> new Step.Hide(Stage.ROLLBACK, service, c.number(), ContainerRef.of(c), CAUSE))
            .toList();
    steps.addAll(Leaving.oneByOne(leaving, drain));
    pause(service, drain, "what the failed one serves may end");
  }

  /** Those that are there, and those that are made anew, which were waited for already. */
  private List<ContainerRef> cameBack(String service, List<Replaced> before) {
    Stream<ContainerRef> there =
        before.stream()
            .flatMap(b -> seen.containers().stream().filter(c -> c.id().equals(b.id())))
            .map(ContainerRef::of);
    Stream<ContainerRef> awaited =
        steps.stream()
            .filter(step -> step instanceof Step.Ready && service.equals(step.service()))
            .map(step -> ((Step.Ready) step).container());
    return Stream.concat(awaited.toList().stream(), there).distinct().toList();
  }

  private void pause(String service, Duration duration, String cause) {
    if (duration.isPositive()) {
      steps.add(new Step.Pause(Stage.ROLLBACK, service, duration, cause));
    }
  }

  private List<Step> away(String service, ObservedContainer container) {
    return container.isOurs(record.app())
        ? swap.retire(service, container, CAUSE)
        : stopOnly(container);
  }

  /** As the release has it that comes back. */
  private boolean isStartFirst(String service) {
    Release previous = in.previous();
    Release.Service known = previous == null ? null : previous.services().get(service);
    return known != null && known.spec().updates().strategy() == Strategy.START_FIRST;
  }

  /** Better than nothing, until what comes back is healthy. */
  private static boolean serves(ObservedContainer container) {
    return container.state() == State.RUNNING && !container.hidden();
  }

  private List<Step> aside(String service, ObservedContainer container) {
    return Names.isAside(container)
        ? List.of()
        : swap.moveAside(service, container, container.name(), CAUSE);
  }

  /** Left where it is, under its own name: somebody will want to look at it. */
  private List<Step> stopOnly(ObservedContainer container) {
    List<Step> stops = new ArrayList<>();
    if (!container.restart().equals(RestartPolicy.NO)) {
      stops.add(
          new Step.SetRestart(
              Stage.ROLLBACK,
              container.service(),
              ContainerRef.of(container),
              RestartPolicy.NO,
              CAUSE));
    }
    stops.addAll(swap.stop(container.service(), container, CAUSE));
    return stops;
  }

  private boolean isThere(Replaced before) {
    return seen.containers().stream().anyMatch(c -> c.id().equals(before.id()));
  }
}
