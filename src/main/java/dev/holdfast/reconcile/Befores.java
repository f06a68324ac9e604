package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.Health;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.ObservedState;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a container that runs is remembered, so that the very same can be put back. */
final class Befores {
  /** A name of the way, to the place or out of it, is longer. */
  private static final Comparator<ObservedContainer> SERVES =
      Comparator.comparing((ObservedContainer c) -> !c.hidden())
          .thenComparing(c -> c.state() == State.RUNNING)
          .thenComparingInt(c -> -c.name().length())
          .thenComparing(ObservedContainer::id);

  private Befores() {}

  /**
   * One of each place: of two that an update left behind, which was overtaken in the middle of its
   * way, the one that clients find and that has the place's own name counts.
   */
  static List<Replaced> of(ObservedState seen) {
    Map<String, ObservedContainer> places = new LinkedHashMap<>();
    seen.containers().stream()
        .filter(c -> !c.oneOff() && c.active())
        .forEach(
            c ->
                places.merge(
                    c.service() + " " + c.number(),
                    c,
                    (one, other) -> SERVES.compare(one, other) >= 0 ? one : other));
    return places.values().stream().map(Befores::of).toList();
  }

  private static Replaced of(ObservedContainer container) {
    boolean healthy = container.state() == State.RUNNING && container.health() != Health.UNHEALTHY;
    return new Replaced(
        container.service(),
        container.number(),
        container.id(),
        container.name(),
        container.configHash(),
        container.imageId(),
        container.restart(),
        healthy);
  }
}
