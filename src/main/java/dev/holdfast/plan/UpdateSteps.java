package dev.holdfast.plan;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.Updating;
import dev.holdfast.model.Updating.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Brings all places of a service to what they should hold, in batches:
 *
 * <ul>
 *   <li>recreate: place after place as {@link SlotSteps} has it; what has no place any more goes
 *       first;
 *   <li>start-first, while clients find a container of the service: the new ones start where no
 *       client finds them, become healthy, join, serve beside the old ones for {@code drain}; then
 *       the old ones step aside and stop. What has no place any more goes last.
 * </ul>
 *
 * Before the next batch, all of the last one must be healthy and stay so. A canary is a first batch
 * that is watched for longer.
 */
final class UpdateSteps {
  private static final String SCALED_DOWN = "the service was scaled down";

  private final Stage stage;
  private final SlotSteps one;
  private final String deployment;

  /**
   * @param deployment whose containers are not known to be healthy yet; empty between deployments
   */
  UpdateSteps(Stage stage, SlotSteps one, String deployment) {
    this.stage = stage;
    this.one = one;
    this.deployment = deployment;
  }

  List<Step> of(Slots slots) {
    if (slots.inPlace()) {
      return List.of();
    }
    String service = slots.wanted().spec().name();
    Updating updating = slots.wanted().spec().updates();
    boolean startFirst = updating.strategy() == Strategy.START_FIRST;
    List<Step> steps = new ArrayList<>();
    List<ObservedContainer> surplus =
        slots.surplus().stream()
            .filter(c -> c.active() || !c.restart().equals(RestartPolicy.NO))
            .toList();
    // Where nobody stays there is nobody to leave clients to.
    boolean leaveToOthers = startFirst && !slots.all().isEmpty();
    if (!leaveToOthers) {
      surplus.forEach(c -> steps.addAll(one.retire(service, c, SCALED_DOWN)));
    }
    List<Slot> todo = slots.all().stream().filter(slot -> !slot.inPlace()).toList();
    int done = slots.all().size() - todo.size();
    if (!todo.isEmpty() && slots.all().size() > 1) {
      unproven(slots, todo, steps);
    }
    for (int from = 0; from < todo.size(); ) {
      int to = Math.min(todo.size(), from + updating.batch(done + from));
      List<Slot> batch = todo.subList(from, to);
      boolean beside = startFirst && slots.isServed();
      List<ContainerRef> updated = beside ? beside(slots, batch, steps) : inTurn(batch, steps);
      if (to < todo.size()) {
        if (!beside) {
          updated.forEach(container -> ready(service, container, steps));
        }
        prove(slots, todo.subList(to, todo.size()), steps);
      }
      from = to;
    }
    if (leaveToOthers) {
      dismiss(slots.wanted(), surplus, SCALED_DOWN, steps);
    }
    return steps;
  }

  /**
   * As those whose places are updated: found by nobody any more, and time to end what they serve.
   */
  private void dismiss(
      Release.Service wanted, List<ObservedContainer> leaving, String cause, List<Step> steps) {
    String service = wanted.spec().name();
    Duration drain = wanted.spec().updates().drain();
    List<Step.Hide> found =
        leaving.stream()
            .filter(c -> c.active() && !c.hidden())
            .map(c -> new Step.Hide(stage, service, c.number(), ContainerRef.of(c), cause))
            .toList();
    steps.addAll(Leaving.oneByOne(found, drain));
    if (drain.isPositive() && leaving.stream().anyMatch(ObservedContainer::active)) {
      steps.add(new Step.Pause(stage, service, drain, "what the old one serves may end"));
    }
    leaving.forEach(c -> steps.addAll(one.retire(service, c, cause)));
  }

  /**
   * What an earlier life updated is in place, and nobody has seen it healthy for as long as the
   * next ones wait.
   */
  private void unproven(Slots slots, List<Slot> todo, List<Step> steps) {
    List<ContainerRef> unproven =
        slots.all().stream()
            .filter(Slot::inPlace)
            .map(Slot::match)
            .filter(match -> match != null && match.deployment().equals(deployment))
            .map(ContainerRef::of)
            .toList();
    unproven.forEach(container -> ready(slots.wanted().spec().name(), container, steps));
    if (!unproven.isEmpty()) {
      prove(slots, todo, steps);
    }
  }

  /**
   * What is updated must stay healthy before the rest is.
   *
   * @param rest whose turn has not come
   */
  private void prove(Slots slots, List<Slot> rest, List<Step> steps) {
    String service = slots.wanted().spec().name();
    Updating updating = slots.wanted().spec().updates();
    List<Integer> done =
        slots.all().stream().filter(slot -> !rest.contains(slot)).map(Slot::number).toList();
    Updating.Canary canary = updating.canary();
    boolean isCanary = canary != null && done.size() == canary.replicas();
    Duration monitor = canary != null && isCanary ? canary.duration() : updating.monitor();
    if (monitor.isPositive()) {
      String cause = isCanary ? "it is the canary" : "the next ones wait for it";
      steps.add(new Step.Monitor(stage, service, done, monitor, isCanary, cause));
    }
    if (updating.delay().isPositive()) {
      steps.add(
          new Step.Pause(
              stage, service, updating.delay(), "the release says so between two batches"));
    }
  }

  private void ready(String service, ContainerRef container, List<Step> steps) {
    steps.add(new Step.Ready(stage, service, container, "the next ones wait for it"));
  }

  private List<ContainerRef> inTurn(List<Slot> batch, List<Step> steps) {
    List<ContainerRef> updated = new ArrayList<>();
    for (Slot slot : batch) {
      steps.addAll(one.of(slot));
      ObservedContainer match = slot.match();
      updated.add(match == null ? one.created(slot) : ContainerRef.of(match));
    }
    return updated;
  }

  private List<ContainerRef> beside(Slots slots, List<Slot> whole, List<Step> steps) {
    String service = slots.wanted().spec().name();
    List<Slot> batch = whole.stream().map(slot -> withOneOther(slot, steps)).toList();
    List<ContainerRef> updated = new ArrayList<>();
    for (Slot slot : batch) {
      updated.add(started(service, slot, steps));
    }
    for (int i = 0; i < batch.size(); i++) {
      Slot slot = batch.get(i);
      if (!isJoined(slot)) {
        steps.add(
            new Step.Ready(stage, service, updated.get(i), "no client is sent to it before that"));
        steps.add(new Step.Join(stage, service, slot.number(), updated.get(i), "it is healthy"));
        steps.add(new Step.Ready(stage, service, updated.get(i), "clients are sent to it"));
      } else if (!slot.notJoined().isEmpty()) {
        steps.add(new Step.Join(stage, service, slot.number(), updated.get(i), slot.cause()));
      }
    }
    leave(batch, updated, slots.wanted(), steps);
    for (int i = 0; i < batch.size(); i++) {
      takeOver(service, batch.get(i), updated.get(i), steps);
    }
    return updated;
  }

  /**
   * Whoever looks the name up from time to time meets the new ones before the old ones leave: what
   * it knows from its last look leads to those alone. The old ones leave only to ones that are
   * still healthy then.
   */
  private void leave(
      List<Slot> batch, List<ContainerRef> updated, Release.Service wanted, List<Step> steps) {
    String service = wanted.spec().name();
    Duration drain = wanted.spec().updates().drain();
    boolean beside =
        batch.stream().flatMap(slot -> slot.others().stream()).anyMatch(ObservedContainer::active);
    List<Step.Hide> leaving = batch.stream().flatMap(slot -> leaving(service, slot)).toList();
    if (!leaving.isEmpty() && drain.isPositive()) {
      steps.add(new Step.Pause(stage, service, drain, "every proxy has to meet the new one"));
    }
    for (int i = 0; i < batch.size() && !leaving.isEmpty(); i++) {
      boolean justSeen = !drain.isPositive() && !isJoined(batch.get(i));
      if (!justSeen) {
        steps.add(new Step.Ready(stage, service, updated.get(i), "the old one leaves to it"));
      }
    }
    steps.addAll(Leaving.oneByOne(leaving, drain));
    if (beside && drain.isPositive()) {
      steps.add(new Step.Pause(stage, service, drain, "what the old one serves may end"));
    }
  }

  private static boolean isJoined(Slot slot) {
    return slot.runs() && !slot.isHidden();
  }

  private Stream<Step.Hide> leaving(String service, Slot slot) {
    String cause = "the new one serves";
    return slot.others().stream()
        .filter(old -> old.active() && !old.hidden())
        .map(old -> new Step.Hide(stage, service, slot.number(), ContainerRef.of(old), cause));
  }

  /**
   * An update that another one overtook may have left two that serve in one place: the new one
   * comes beside one of them, never as a third.
   */
  private Slot withOneOther(Slot slot, List<Step> steps) {
    List<ObservedContainer> further = slot.furtherOthers();
    dismiss(slot.wanted(), further, "another one of its place serves", steps);
    return further.isEmpty() ? slot : slot.without(further);
  }

  /** Running, and where it was not running before, hidden. */
  private ContainerRef started(String service, Slot slot, List<Step> steps) {
    ObservedContainer match = slot.match();
    if (match == null) {
      ContainerRef created = one.create(slot, true, steps);
      steps.add(new Step.Start(stage, service, created, slot.cause()));
      return created;
    }
    ContainerRef container = ContainerRef.of(match);
    if (!slot.runs()) {
      if (!match.active()) {
        // One that is hidden already may have asked for its address, which is another's by now.
        steps.add(
            new Step.Hide(
                stage, service, slot.number(), container, "it is not known to be healthy"));
      }
      steps.add(new Step.Start(stage, service, container, slot.cause()));
    }
    return container;
  }

  private void takeOver(String service, Slot slot, ContainerRef container, List<Step> steps) {
    ObservedContainer match = slot.match();
    String cause = slot.serving() + " is served by the new one";
    slot.inTheWay()
        .forEach(old -> steps.addAll(one.moveAside(service, old, slot.serving(), cause)));
    if (match == null || !slot.isNamed(match)) {
      steps.add(new Step.Rename(stage, service, container, slot.serving(), "it takes its place"));
    }
    RestartPolicy wanted = slot.wanted().spec().container().restart();
    if (match != null && !match.restart().equals(wanted)) {
      steps.add(new Step.SetRestart(stage, service, container, wanted, "the release says so"));
    }
    slot.inTheWay().stream()
        .filter(old -> !SlotSteps.isRestarting(old))
        .forEach(old -> steps.addAll(one.stop(service, old, cause)));
  }
}
