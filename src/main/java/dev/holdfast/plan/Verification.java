package dev.holdfast.plan;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What is reported is what runs: compares the engine's account with a release, or with what was
 * there before. Empty means equal.
 */
public final class Verification {
  private Verification() {}

  public static List<String> of(Release release, ObservedState seen) {
    List<String> differences = new ArrayList<>();
    for (String service : release.services().keySet()) {
      Slot slot = Slot.of(release, service, seen, Set.of());
      ObservedContainer match = slot.match();
      String digest = "@" + slot.wanted().image().digest();
      if (match == null) {
        differences.add(service + " has no container with the release's image and configuration");
      } else if (!slot.inPlace()) {
        differences.add(match.name() + " is not in place: " + slot.cause());
      } else if (match.imageDigests().stream().noneMatch(d -> d.endsWith(digest))) {
        differences.add(
            match.name() + " runs another image than " + slot.wanted().image().pullReference());
      }
    }
    return differences;
  }

  /**
   * Whether what a rollback put back is what ran before, and nothing of the failed release runs.
   * What crashed before may have crashed again, and what has ended with exit status 0 since was
   * judged by the wait for its health.
   */
  public static List<String> ofRollback(DeploymentRecord record, ObservedState seen) {
    List<String> differences = new ArrayList<>();
    for (Replaced before : record.before()) {
      Optional<ObservedContainer> back = putBack(before, seen);
      if (back.isEmpty()) {
        differences.add(before.name() + " could not be put back");
      } else if (!back.get().active()
          && before.healthy()
          && !Objects.equals(back.get().exitCode(), 0)) {
        differences.add(before.name() + " does not run");
      } else if (!back.get().imageId().equals(before.imageId())) {
        differences.add(
            before.name() + " runs image " + back.get().imageId() + " and ran " + before.imageId());
      }
    }
    BackPlan.made(record, seen).stream()
        .filter(ObservedContainer::active)
        .filter(c -> record.before().stream().noneMatch(b -> isReplacementOf(b, c)))
        .forEach(c -> differences.add(c.name() + " of the failed release still runs"));
    return differences;
  }

  /** What a rollback put back for a service; of several, one that does not run. */
  public static Optional<ObservedContainer> putBack(
      String service, DeploymentRecord record, ObservedState seen) {
    return record.before().stream()
        .filter(before -> before.service().equals(service))
        .map(before -> putBack(before, seen))
        .flatMap(Optional::stream)
        .min(java.util.Comparator.comparing(ObservedContainer::active));
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
