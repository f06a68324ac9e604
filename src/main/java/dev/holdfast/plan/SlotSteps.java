package dev.holdfast.plan;

import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings a slot to what it should hold, never destroying before the successor exists:
 *
 * <ol>
 *   <li>create the new container, not started;
 *   <li>take the old one out of the engine's own restarting, so that an engine that restarts
 *       meanwhile does not bring it back beside the new one, and move it aside: both while it
 *       serves;
 *   <li>give the new one the name;
 *   <li>stop the old one and start the new one: the gap is no longer than these two.
 * </ol>
 *
 * Each step is planned only where it is still to be done, so that this is also how a cut-off swap
 * is carried on.
 */
final class SlotSteps {
  private final Stage stage;
  private final @Nullable Release previous;
  private final String releaseId;
  private final Set<String> taken;

  SlotSteps(Stage stage, String releaseId, @Nullable Release previous, Set<String> taken) {
    this.stage = stage;
    this.releaseId = releaseId;
    this.previous = previous;
    this.taken = Set.copyOf(taken);
  }

  List<Step> of(Slot slot) {
    if (slot.inPlace()) {
      return List.of();
    }
    List<Step> steps = new ArrayList<>();
    String service = slot.wanted().spec().name();
    String makesRoom = "it makes room for " + slot.serving();
    ObservedContainer match = slot.match();
    ContainerRef container = match == null ? create(slot, steps) : ContainerRef.of(match);
    slot.inTheWay()
        .forEach(old -> steps.addAll(moveAside(service, old, slot.serving(), makesRoom)));
    if (match == null || !slot.isNamed(match)) {
      if (match != null && isRestarting(match)) {
        steps.addAll(stop(service, match, "a container that restarts cannot be renamed"));
      }
      steps.add(new Step.Rename(stage, service, container, slot.serving(), "it takes its place"));
    }
    RestartPolicy wanted = slot.wanted().spec().container().restart();
    if (match != null && !match.restart().equals(wanted)) {
      steps.add(new Step.SetRestart(stage, service, container, wanted, "the release says so"));
    }
    slot.notJoined()
        .forEach(
            network ->
                steps.add(
                    new Step.Connect(
                        stage, service, container, network, "the release has it there")));
    slot.inTheWay().stream()
        .filter(old -> !isRestarting(old))
        .forEach(old -> steps.addAll(stop(service, old, makesRoom)));
    boolean stopped = match != null && isRestarting(match) && !slot.isNamed(match);
    if (stopped || (!slot.runs() && !slot.completed())) {
      steps.add(new Step.Start(stage, service, container, slot.cause()));
    }
    return steps;
  }

  private ContainerRef create(Slot slot, List<Step> steps) {
    String name = Names.waiting(slot.serving(), releaseId, taken);
    steps.add(
        new Step.Create(
            stage,
            slot.wanted().spec().name(),
            slot.number(),
            name,
            slot.serving(),
            slot.predecessor(),
            slot.cause()));
    return ContainerRef.created(name);
  }

  /** Everything about a container that has to go but does not have to be removed. */
  List<Step> retire(String service, ObservedContainer old, String cause) {
    List<Step> steps = new ArrayList<>(moveAside(service, old, old.name(), cause));
    if (Names.isAside(old)) {
      steps.removeIf(Step.Rename.class::isInstance);
    }
    if (!isRestarting(old)) {
      steps.addAll(stop(service, old, cause));
    }
    return steps;
  }

  /**
   * Between two lives a container has no network for a while, and the engine then refuses to rename
   * it: it is stopped first.
   */
  private static boolean isRestarting(ObservedContainer container) {
    return container.state() == ObservedContainer.State.RESTARTING;
  }

  private List<Step> moveAside(
      String service, ObservedContainer old, String serving, String cause) {
    List<Step> steps = new ArrayList<>();
    ContainerRef container = ContainerRef.of(old);
    if (!old.restart().equals(RestartPolicy.NO)) {
      steps.add(new Step.SetRestart(stage, service, container, RestartPolicy.NO, cause));
    }
    if (isRestarting(old)) {
      steps.addAll(stop(service, old, cause));
    }
    if (old.name().equals(serving) || Names.isOfComposeV1(old)) {
      String aside = Names.aside(old.name(), old.id());
      steps.add(new Step.Rename(stage, service, container, aside, cause));
    }
    return steps;
  }

  List<Step> stop(String service, ObservedContainer old, String cause) {
    return old.active()
        ? List.of(new Step.Stop(stage, service, ContainerRef.of(old), grace(service), cause))
        : List.of();
  }

  private Duration grace(String service) {
    Release.Service known = previous == null ? null : previous.services().get(service);
    return known == null
        ? ContainerSpec.Lifecycle.DEFAULT.grace()
        : known.spec().container().lifecycle().grace();
  }
}
