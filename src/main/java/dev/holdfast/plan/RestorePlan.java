package dev.holdfast.plan;

import dev.holdfast.model.Backup;
import dev.holdfast.model.Backup.From;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What comes before data is put back: whoever uses it is stopped, nobody before those that depend
 * on it and so that the engine brings none back by itself, and the containers that it is restored
 * into are up. Each step is planned only where it is still to be done.
 */
final class RestorePlan {
  private static final String INTO = "the backup is restored into it";
  private static final String USES = "it uses the data that is put back";
  private static final String FAILED = "the one before it comes back";

  private final Release release;
  private final @Nullable Release previous;
  private final ObservedState seen;
  private final List<Replaced> before;
  private final Set<String> made;
  private final SlotSteps slots;
  private final List<Step> steps = new ArrayList<>();

  /**
   * @param before what ran before the deployment that is rolled back; none outside of one
   * @param made ids of what that deployment made
   */
  private RestorePlan(
      Release release,
      @Nullable Release previous,
      ObservedState seen,
      List<Replaced> before,
      Set<String> made) {
    this.release = release;
    this.previous = previous;
    this.seen = seen;
    this.before = before;
    this.made = made;
    this.slots = new SlotSteps(Stage.ROLLBACK, release.id(), previous, Set.of());
  }

  /** Of a release that runs, or is held; {@code beside} may run in its place. */
  static RestorePlan of(Release release, Release beside, ObservedState seen) {
    return new RestorePlan(release, beside, seen, List.of(), Set.of());
  }

  static RestorePlan back(
      Release release, @Nullable Release previous, DeploymentRecord record, ObservedState seen) {
    Set<String> made = new TreeSet<>();
    BackPlan.made(record, seen).forEach(container -> made.add(container.id()));
    return new RestorePlan(release, previous, seen, record.before(), made);
  }

  List<Step> of(List<Backup> backups) {
    for (String user : DataUsers.of(release, previous, backups)) {
      seen.of(user).stream().filter(this::isTheApps).forEach(c -> stop(c, USES));
    }
    Set<String> services = new TreeSet<>();
    backups.stream()
        .map(Backup::from)
        .filter(From.Command.class::isInstance)
        .forEach(from -> services.add(from.service()));
    services.forEach(this::ready);
    return steps;
  }

  private boolean isTheApps(ObservedContainer container) {
    return !container.oneOff()
        && container.active()
        && (container.isOurs(release.app())
            || container.isTakenOver()
            || before.stream().anyMatch(b -> b.id().equals(container.id())));
  }

  private void stop(ObservedContainer container, String cause) {
    if (!container.restart().equals(RestartPolicy.NO)) {
      steps.add(
          new Step.SetRestart(
              Stage.ROLLBACK,
              container.service(),
              ContainerRef.of(container),
              RestartPolicy.NO,
              cause));
    }
    steps.addAll(slots.stop(container.service(), container, cause));
  }

  /**
   * The container that the release before comes back in, and not the one that failed: that one may
   * be why it failed, and two of them on the same data are one too many.
   */
  private void ready(String service) {
    Optional<ObservedContainer> best = ranBefore(service);
    if (best.isPresent()) {
      seen.of(service).stream()
          .filter(c -> made.contains(c.id()) && isTheApps(c))
          .forEach(c -> stop(c, FAILED));
    } else {
      best =
          seen.of(service).stream()
              .filter(c -> !c.oneOff())
              .max(
                  Comparator.comparing(ObservedContainer::active)
                      .thenComparing(c -> !Names.isAside(c))
                      .thenComparing(ObservedContainer::id));
    }
    if (best.isEmpty()) {
      return;
    }
    ContainerRef container = ContainerRef.of(best.get());
    if (!best.get().active() || best.get().state() == ObservedContainer.State.PAUSED) {
      steps.add(new Step.Start(Stage.ROLLBACK, service, container, INTO));
    }
    steps.add(new Step.Ready(Stage.ROLLBACK, service, container, INTO));
  }

  private Optional<ObservedContainer> ranBefore(String service) {
    return before.stream()
        .filter(b -> b.service().equals(service))
        .sorted(Comparator.comparingInt(Replaced::number))
        .flatMap(b -> seen.of(service).stream().filter(c -> c.id().equals(b.id())))
        .findFirst();
  }
}
