package dev.holdfast.plan;

import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Brings back the very containers that ran before a deployment, one after the other. */
final class BringBack {
  private final PlanInput in;
  private final ObservedState seen;
  private final SlotSteps swap;
  private final List<Step> steps;

  /**
   * @param steps takes what is done for it
   */
  BringBack(PlanInput in, SlotSteps swap, List<Step> steps) {
    this.in = in;
    this.seen = in.seen();
    this.swap = swap;
    this.steps = steps;
  }

  /**
   * @param after takes what can wait until it runs
   */
  void container(Replaced before, boolean beside, List<Step> after) {
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
      after.add(
          new Step.Rename(Stage.ROLLBACK, service, ref, before.name(), "it gets its name back"));
    }
    if (!container.restart().equals(before.restart())) {
      after.add(new Step.SetRestart(Stage.ROLLBACK, service, ref, before.restart(), "as it was"));
    }
    boolean hides = beside && !container.active();
    if (hides) {
      // One that is hidden already may have asked for its address, which is another's by now.
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
    List<ObservedContainer> made = BackPlan.made(in.record(), seen);
    List<ObservedContainer> rest =
        seen.containers().stream().filter(c -> !made.contains(c)).toList();
    return new ObservedState(seen.app(), rest, seen.networks(), seen.volumes());
  }
}
