package dev.holdfast.plan;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is reported is what runs: compares the engine's account with a release, or with what was
 * there before. Empty means equal.
 */
public final class Verification {
  private Verification() {}

  public static List<String> of(Release release, ObservedState seen) {
    List<String> differences = new ArrayList<>();
    for (String service : release.services().keySet()) {
      Slots slots = Slots.of(release, service, seen, Set.of());
      slots.all().forEach(slot -> of(slot, differences));
      slots.surplus().stream()
          .filter(ObservedContainer::active)
          .forEach(c -> differences.add(c.name() + " runs, and has no place any more"));
    }
    return differences;
  }

  private static void of(Slot slot, List<String> differences) {
    ObservedContainer match = slot.match();
    String digest = "@" + slot.wanted().image().digest();
    if (match == null) {
      differences.add(
          slot.place() + " has no container with the release's image and configuration");
    } else if (!slot.inPlace()) {
      differences.add(match.name() + " is not in place: " + slot.cause());
    } else if (match.imageDigests().stream().noneMatch(d -> d.endsWith(digest))) {
      differences.add(
          match.name() + " runs another image than " + slot.wanted().image().pullReference());
    }
  }

  /**
   * Whether what a rollback put back is what ran before, and nothing of the failed release runs.
   * What crashed before may have crashed again, and what has ended with exit status 0 since was
   * judged by the wait for its health.
   */
  public static List<String> ofRollback(DeploymentRecord record, ObservedState seen) {
    return ofRollback(record, null, seen);
  }

  /**
   * @param previous the release that came back, where it is known: its digests count beside what
   *     the engine said of the containers before
   */
  public static List<String> ofRollback(
      DeploymentRecord record, @Nullable Release previous, ObservedState seen) {
    List<String> differences = new ArrayList<>();
    for (Replaced before : record.before()) {
      Optional<ObservedContainer> back = putBack(before, seen);
      if (back.isEmpty()) {
        differences.add(before.name() + " could not be put back");
      } else {
        difference(before, previous, back.get()).ifPresent(differences::add);
      }
    }
    BackPlan.made(record, seen).stream()
        .filter(ObservedContainer::active)
        .forEach(c -> differences.add(c.name() + " of the failed release still runs"));
    return differences;
  }

  private static Optional<String> difference(
      Replaced before, @Nullable Release previous, ObservedContainer back) {
    boolean endedWell = Objects.equals(back.exitCode(), 0);
    String problem = null;
    if (!back.active() && before.healthy() && !endedWell) {
      problem = "does not run";
    } else if (back.active() && back.hidden()) {
      problem = "runs where no client finds it";
    } else if (!back.imageId().equals(before.imageId())) {
      problem = "runs image " + back.imageId() + " and ran " + before.imageId();
    } else if (!back.configHash().equals(before.configHash())) {
      problem = "has another configuration than before";
    } else if (back.id().equals(before.id()) && !back.name().equals(before.name())) {
      // One made anew is found by its name, which is not the one that docker compose v1 gave.
      problem = "is named " + back.name() + " now";
    } else if (back.active() && !back.restart().equals(before.restart())) {
      problem = "has another restart policy than before";
    } else if (before.healthy() && back.health() == ObservedContainer.Health.UNHEALTHY) {
      problem = "is unhealthy and was not";
    } else if (isOfAnotherImage(before, previous, back)) {
      problem = "runs another image than the release before names";
    }
    return Optional.ofNullable(problem).map(text -> before.name() + " " + text);
  }

  /** Where the release before says what it is made from, its digest must be what runs. */
  private static boolean isOfAnotherImage(
      Replaced before, @Nullable Release previous, ObservedContainer back) {
    Release.Service service = previous == null ? null : previous.services().get(before.service());
    if (service == null || !service.configHash().equals(before.configHash())) {
      return false;
    }
    String digest = "@" + service.image().digest();
    return back.imageDigests().stream().noneMatch(d -> d.endsWith(digest));
  }

  /** What a rollback put back for a service; of several, one that does not run. */
  public static Optional<ObservedContainer> putBack(
      String service, DeploymentRecord record, ObservedState seen) {
    return record.before().stream()
        .filter(before -> before.service().equals(service))
        .map(before -> putBack(before, seen))
        .flatMap(Optional::stream)
        .min(Comparator.comparing(ObservedContainer::active));
  }

  /** The very container, or one made anew from the same configuration where it had been removed. */
  private static Optional<ObservedContainer> putBack(Replaced before, ObservedState seen) {
    return seen.of(before.service()).stream()
        .filter(c -> c.id().equals(before.id()))
        .findFirst()
        .or(
            () ->
                seen.of(before.service()).stream()
                    .filter(c -> isReplacementOf(before, c))
                    .findFirst());
  }

  private static boolean isReplacementOf(Replaced before, ObservedContainer container) {
    return !before.configHash().isEmpty()
        && container.configHash().equals(before.configHash())
        && (container.name().equals(before.name())
            || container.name().equals(Names.afterComposeV1(container, before.name())));
  }
}
