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
import java.util.Optional;
import java.util.Set;

/**
 * From a deployment that failed to what ran before it: first the migrations that say how they are
 * undone, then the very containers that were replaced, newest first, and their health. It reads
 * nothing from the containers that failed. Without a release before it, what the deployment started
 * is left stopped for inspection.
 */
final class BackPlan {
  private static final String CAUSE = "the release failed";

  private final PlanInput in;
  private final DeploymentRecord record;
  private final ObservedState seen;
  private final SlotSteps swap;
  private final List<Step> steps = new ArrayList<>();

  private BackPlan(PlanInput in) {
    this.in = in;
    this.record = in.record();
    this.seen = in.seen();
    this.swap = new SlotSteps(Stage.ROLLBACK, in.release().id(), in.previous(), in.taken());
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
    undoMigrations();
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

  private void undoMigrations() {
    List<Migration> all = in.release().rollout().migrations();
    for (int i = all.size() - 1; i >= 0; i--) {
      boolean ran =
          Objects.equals(record.migrations().get(i), 0)
              && !Objects.equals(record.undone().get(i), 0);
      if (ran && all.get(i).onRollback() instanceof OnRollback.Command undo) {
        steps.add(new Step.UndoMigration(all.get(i).service(), i, undo.command(), CAUSE));
      }
    }
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
    failed.forEach(c -> steps.addAll(beside && serves(c) ? aside(service, c) : away(service, c)));
    before.forEach(b -> restore(b, beside));
    List<ObservedContainer> serving = failed.stream().filter(c -> beside && serves(c)).toList();
    if (!serving.isEmpty() && !isFoundUnhealthy(service)) {
      leave(service, serving);
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

  private void leave(String service, List<ObservedContainer> serving) {
    Release previous = Objects.requireNonNull(in.previous());
    Release.Service known = Objects.requireNonNull(previous.services().get(service));
    Duration drain = known.spec().updates().drain();
    pause(service, drain, "every proxy has to meet the one that came back");
    serving.stream()
        .map(c -> new Step.Hide(Stage.ROLLBACK, service, c.number(), ContainerRef.of(c), CAUSE))
        .forEach(steps::add);
    pause(service, drain, "what the failed one serves may end");
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

  private void restore(Replaced before, boolean beside) {
    Optional<ObservedContainer> old =
        seen.containers().stream().filter(c -> c.id().equals(before.id())).findFirst();
    if (old.isEmpty()) {
      recreate(before, beside);
      return;
    }
    ObservedContainer container = old.get();
    ContainerRef ref = ContainerRef.of(container);
    String service = before.service();
    if (!container.name().equals(before.name())) {
      steps.add(
          new Step.Rename(Stage.ROLLBACK, service, ref, before.name(), "it gets its name back"));
    }
    if (!container.restart().equals(before.restart())) {
      steps.add(new Step.SetRestart(Stage.ROLLBACK, service, ref, before.restart(), "as it was"));
    }
    boolean hides = beside && !container.active();
    if (hides && !container.hidden()) {
      String cause = "the other one serves until it is healthy";
      steps.add(new Step.Hide(Stage.ROLLBACK, service, before.number(), ref, cause));
    }
    if (!container.active()) {
      steps.add(new Step.Start(Stage.ROLLBACK, service, ref, "it ran before"));
    } else {
      followLenders(service, container);
    }
    if (hides || container.hidden()) {
      String cause = "no client is sent to it before that";
      steps.add(new Step.Ready(Stage.ROLLBACK, service, ref, cause));
      steps.add(new Step.Join(Stage.ROLLBACK, service, before.number(), ref, "it comes back"));
    }
  }

  /** It ran on while the container in whose namespace it lives was stopped and put back. */
  private void followLenders(String service, ObservedContainer container) {
    Release known = in.previous() == null ? in.release() : in.previous();
    Release.Service own = known.services().get(service);
    if (own == null) {
      return;
    }
    own.spec().container().lenders().stream()
        .filter(this::isStarted)
        .findFirst()
        .ifPresent(
            lender -> {
              String cause = "it lives in a namespace of " + lender + ", which was put back";
              steps.addAll(swap.stop(service, container, cause));
              steps.add(new Step.Start(Stage.ROLLBACK, service, ContainerRef.of(container), cause));
            });
  }

  private boolean isStarted(String service) {
    return steps.stream()
        .anyMatch(
            step -> step instanceof Step.Start start && Objects.equals(start.service(), service));
  }

  /** Somebody removed it meanwhile: the release that it was made from says how to make it again. */
  private void recreate(Replaced before, boolean beside) {
    Release previous = in.previous();
    Release.Service service = previous == null ? null : previous.services().get(before.service());
    if (previous == null || service == null || !service.configHash().equals(before.configHash())) {
      return;
    }
    Slots slots = Slots.of(previous, before.service(), withoutMade(), Set.of());
    Optional<Slot> place =
        slots.all().stream()
            .filter(slot -> slot.number() == before.number() || slots.all().size() == 1)
            .findFirst();
    place.ifPresent(
        slot -> {
          ContainerRef made = recreate(before, previous, service, slot);
          if (beside) {
            String cause = "the other one serves until it is healthy";
            steps.add(new Step.Ready(Stage.ROLLBACK, before.service(), made, cause));
          }
        });
  }

  private ContainerRef recreate(
      Replaced before, Release previous, Release.Service service, Slot slot) {
    if (slot.match() == null && !in.localDigests().contains(service.image().pullReference())) {
      steps.add(
          new Step.Pull(before.service(), service.image(), "its container and image were removed"));
    }
    SlotSteps anew = new SlotSteps(Stage.ROLLBACK, previous.id(), previous, in.taken());
    steps.addAll(anew.of(slot));
    return slot.match() == null ? anew.created(slot) : ContainerRef.of(slot.match());
  }

  private ObservedState withoutMade() {
    List<ObservedContainer> made = made(record, seen);
    List<ObservedContainer> rest =
        seen.containers().stream().filter(c -> !made.contains(c)).toList();
    return new ObservedState(seen.app(), rest, seen.networks(), seen.volumes());
  }
}
