package dev.holdfast.plan;

import dev.holdfast.model.Dependency.Condition;
import dev.holdfast.model.Labels;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an app at the release that was confirmed last: puts back what was removed, stopped or
 * changed by hand, and removes what is left of earlier deployments. It removes only what the agent
 * made, or set aside itself.
 */
final class KeepPlan {
  private final KeepInput in;
  private final Release release;
  private final ObservedState seen;
  private final SlotSteps swap;
  private final UpdateSteps update;
  private final List<Step> steps = new ArrayList<>();

  private KeepPlan(KeepInput in) {
    this.in = in;
    this.release = in.release();
    this.seen = in.seen();
    this.swap = new SlotSteps(Stage.DRIFT, release.id(), release, in.taken());
    this.update = new UpdateSteps(Stage.DRIFT, swap, "");
  }

  static Plan of(KeepInput in) {
    KeepPlan plan = new KeepPlan(in);
    plan.build();
    return new Plan(plan.steps);
  }

  static List<String> leftOver(Release release, ObservedState seen) {
    KeepPlan plan = new KeepPlan(new KeepInput(release, seen, Set.of(), true));
    return seen.containers().stream()
        .filter(container -> !container.oneOff() && plan.isLeftOver(container))
        .map(ObservedContainer::name)
        .sorted()
        .toList();
  }

  private void build() {
    release.networks().values().stream()
        .filter(network -> !seen.networks().contains(network.name()))
        .forEach(
            network -> steps.add(new Step.EnsureNetwork(Stage.DRIFT, network, "it was removed")));
    release.volumes().values().stream()
        .filter(volume -> !seen.volumes().contains(volume.name()))
        .forEach(volume -> steps.add(new Step.EnsureVolume(Stage.DRIFT, volume, "it was removed")));
    Order.of(release).forEach(this::correct);
    // After a rollback that failed, what looks left over may be all that serves, or all that can
    // be brought back; what a migration that ended left is neither.
    seen.containers().stream()
        .filter(container -> in.cleans() || container.oneOff())
        .filter(this::isLeftOver)
        .forEach(this::remove);
  }

  private void correct(String service) {
    Slots slots = Slots.of(release, service, seen, in.unusable());
    List<Step> swapSteps = update.of(slots);
    if (swapSteps.isEmpty()) {
      slots.all().forEach(this::followLenders);
      return;
    }
    Release.Service wanted = slots.wanted();
    wanted
        .spec()
        .dependsOn()
        .forEach(
            (dependency, how) -> {
              if (how.condition() != Condition.STARTED && isCorrected(dependency)) {
                steps.add(
                    new Step.Probe(Stage.DRIFT, dependency, false, service + " waits for it"));
              }
            });
    boolean creates = swapSteps.stream().anyMatch(Step.Create.class::isInstance);
    if (creates && !in.localDigests().contains(wanted.image().pullReference())) {
      steps.add(new Step.Pull(service, wanted.image(), "this engine does not hold it any more"));
    }
    steps.addAll(swapSteps);
  }

  /**
   * A container that lives in another's namespace is cut off once that one has started anew: its
   * network is gone, though it runs.
   */
  private void followLenders(Slot slot) {
    ObservedContainer container = slot.match();
    if (container == null || !slot.runs()) {
      return;
    }
    String service = slot.wanted().spec().name();
    slot.wanted().spec().container().lenders().stream()
        .filter(lender -> isCorrected(lender) || startedSince(container, lender))
        .findFirst()
        .ifPresent(
            lender -> {
              String cause = "it lives in a namespace of " + lender + ", which started anew";
              steps.addAll(swap.stop(service, container, cause));
              steps.add(new Step.Start(Stage.DRIFT, service, ContainerRef.of(container), cause));
            });
  }

  private boolean startedSince(ObservedContainer container, String lender) {
    ObservedContainer other =
        release.services().containsKey(lender)
            ? Slots.of(release, lender, seen, in.unusable()).first()
            : null;
    return other != null
        && other.active()
        && other.startedAt() != null
        && container.startedAt() != null
        && other.startedAt().isAfter(container.startedAt());
  }

  private boolean isCorrected(String service) {
    return steps.stream()
        .anyMatch(
            step -> step instanceof Step.Start start && Objects.equals(start.service(), service));
  }

  private boolean isLeftOver(ObservedContainer container) {
    if (container.oneOff()) {
      return container.isOurs(release.app())
          && Labels.migration(container.labels()) != null
          && !container.active();
    }
    if (!container.isOurs(release.app()) && !Names.isAside(container)) {
      return false;
    }
    if (!release.services().containsKey(container.service())) {
      return true;
    }
    return Slots.of(release, container.service(), seen, in.unusable())
        .placeOf(container)
        .map(slot -> isLeftOver(container, slot.match()))
        .orElse(true);
  }

  private boolean isLeftOver(ObservedContainer container, @Nullable ObservedContainer match) {
    return match == null
        ? in.unusable().contains(container.id())
        : !match.id().equals(container.id());
  }

  private void remove(ObservedContainer container) {
    String cause =
        container.oneOff() ? "its migration has ended" : "it is left of an earlier release";
    boolean stopped =
        steps.stream()
            .anyMatch(
                s ->
                    s instanceof Step.Stop stop
                        && Objects.equals(stop.container().id(), container.id()));
    if (container.active() && !stopped) {
      steps.addAll(swap.retire(container.service(), container, cause));
    }
    steps.add(new Step.Remove(Stage.CLEAN, container.service(), ContainerRef.of(container), cause));
  }
}
