package dev.holdfast.reconcile;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Containers that cannot be started and have to be made anew. One refusal is not enough: an engine
 * that is about to end refuses every start for a while (a container of which everything is right
 * would lose what it wrote). So a container counts as unusable once its start was refused for
 * {@link #PATIENCE}, by an engine that was there all the time; one that runs is usable whatever was
 * said before.
 */
final class Unusable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Map<String, Instant> refusedSince = new HashMap<>();
  private final Set<String> ids = new HashSet<>();

  void refused(Set<String> containers, Instant now) {
    for (String id : containers) {
      Instant since = refusedSince.computeIfAbsent(id, unseen -> now);
      if (!now.isBefore(since.plus(PATIENCE))) {
        ids.add(id);
      }
    }
  }

  /** What was said before an engine went away says nothing about the one that comes back. */
  void engineLost() {
    refusedSince.clear();
  }

  Set<String> in(ObservedState seen) {
    Set<String> running =
        seen.containers().stream()
            .filter(ObservedContainer::active)
            .map(ObservedContainer::id)
            .collect(Collectors.toSet());
    refusedSince.keySet().removeAll(running);
    ids.removeAll(running);
    return Set.copyOf(ids);
  }
}
