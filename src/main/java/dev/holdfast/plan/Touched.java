package dev.holdfast.plan;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What this deployment updates of a release, now or in an earlier life of the agent. */
final class Touched {
  private final Release release;
  private final DeploymentRecord record;
  private final ObservedState seen;
  private final boolean first;
  private final SortedMap<String, Slots> slots = new TreeMap<>();
  private final Set<String> restarted = new HashSet<>();

  Touched(PlanInput in) {
    this.release = in.release();
    this.record = in.record();
    this.seen = in.seen();
    this.first = in.previous() == null;
    release
        .services()
        .keySet()
        .forEach(service -> slots.put(service, Slots.of(release, service, seen, Set.of())));
  }

  /** It is restarted with what it depends on. */
  void restart(String service) {
    restarted.add(service);
  }

  Slots slots(String service) {
    return Objects.requireNonNull(slots.get(service), service);
  }

  boolean is(String service) {
    Slots all = slots(service);
    return !all.inPlace()
        || all.matches().anyMatch(this::isMadeNow)
        || restarted.contains(service)
        || record.servicesDeployed().contains(service);
  }

  boolean isAny() {
    return record.updateBegan() || release.services().keySet().stream().anyMatch(this::is);
  }

  /** Without a last good release nobody has ever found the services well that run already. */
  boolean isVouchedFor(String service) {
    return first || is(service);
  }

  boolean isDown(String service) {
    Slots all = slots(service);
    // One that dies and is started again, over and over, serves nobody.
    boolean runs =
        seen.of(service).stream().anyMatch(c -> c.active() && c.state() != State.RESTARTING);
    return all.matches().anyMatch(this::isMadeNow) || !(runs || all.completed());
  }

  boolean startedAfter(String dependency, ObservedContainer dependent) {
    if (!release.services().containsKey(dependency) || !is(dependency)) {
      return false;
    }
    List<Slot> places = slots(dependency).all();
    return places.stream()
        .map(Slot::match)
        .anyMatch(
            container ->
                container == null
                    || container.startedAt() == null
                    || dependent.startedAt() == null
                    || container.startedAt().isAfter(dependent.startedAt()));
  }

  boolean takesOver() {
    return slots.values().stream()
        .flatMap(Slots::matches)
        .anyMatch(match -> !match.isOurs(release.app()));
  }

  private boolean isMadeNow(ObservedContainer container) {
    return container.deployment().equals(record.deploymentId());
  }
}
