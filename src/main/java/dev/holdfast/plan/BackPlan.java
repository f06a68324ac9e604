package dev.holdfast.plan;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
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
                    .noneMatch(b -> b.id().equals(c.id()) || isMadeFromTheSame(b, c)))
        .toList();
  }

  private static boolean isMadeFromTheSame(Replaced before, ObservedContainer container) {
    return before.service().equals(container.service())
        && before.configHash().equals(container.configHash());
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
    failed.forEach(
        c -> steps.addAll(c.isOurs(record.app()) ? swap.retire(service, c, CAUSE) : stopOnly(c)));
    before.forEach(this::restore);
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

  private void restore(Replaced before) {
    Optional<ObservedContainer> old =
        seen.containers().stream().filter(c -> c.id().equals(before.id())).findFirst();
    if (old.isEmpty()) {
      recreate(before);
      return;
    }
    ObservedContainer container = old.get();
    ContainerRef ref = ContainerRef.of(container);
    if (!container.name().equals(before.name())) {
      steps.add(
          new Step.Rename(
              Stage.ROLLBACK, before.service(), ref, before.name(), "it gets its name back"));
    }
    if (!container.restart().equals(before.restart())) {
      steps.add(
          new Step.SetRestart(
              Stage.ROLLBACK, before.service(), ref, before.restart(), "as it was"));
    }
    if (!container.active()) {
      steps.add(new Step.Start(Stage.ROLLBACK, before.service(), ref, "it ran before"));
    } else {
      followLenders(before.service(), container);
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
  private void recreate(Replaced before) {
    Release previous = in.previous();
    Release.Service service = previous == null ? null : previous.services().get(before.service());
    if (previous == null || service == null || !service.configHash().equals(before.configHash())) {
      return;
    }
    Slot slot = Slot.of(previous, before.service(), withoutMade(), Set.of());
    if (slot.match() == null && !in.localDigests().contains(service.image().pullReference())) {
      steps.add(
          new Step.Pull(before.service(), service.image(), "its container and image were removed"));
    }
    steps.addAll(new SlotSteps(Stage.ROLLBACK, previous.id(), previous, in.taken()).of(slot));
  }

  private ObservedState withoutMade() {
    List<ObservedContainer> made = made(record, seen);
    List<ObservedContainer> rest =
        seen.containers().stream().filter(c -> !made.contains(c)).toList();
    return new ObservedState(seen.app(), rest, seen.networks(), seen.volumes());
  }
}
