package dev.holdfast.model;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One look at an app: everything in its Compose project, taken together.
 *
 * @param networks and {@code volumes}: the real names of those that exist, of the project or named
 *     by the release
 */
public record ObservedState(
    String app,
    List<ObservedContainer> containers,
    SortedSet<String> networks,
    SortedSet<String> volumes) {
  public ObservedState {
    containers =
        containers.stream()
            .sorted(
                Comparator.comparing(ObservedContainer::name).thenComparing(ObservedContainer::id))
            .toList();
    networks = Collections.unmodifiableSortedSet(new TreeSet<>(networks));
    volumes = Collections.unmodifiableSortedSet(new TreeSet<>(volumes));
  }

  /** The containers of one service, one-off ones left out. */
  public List<ObservedContainer> of(String service) {
    return containers.stream().filter(c -> c.service().equals(service) && !c.oneOff()).toList();
  }
}
