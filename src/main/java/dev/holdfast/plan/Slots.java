package dev.holdfast.plan;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All places of a service, by number, and the containers that have none because it was scaled down.
 * With one place everything of the service is in it, whatever its number.
 */
record Slots(Release.Service wanted, List<Slot> all, List<ObservedContainer> surplus) {
  Slots {
    all = List.copyOf(all);
    surplus = List.copyOf(surplus);
  }

  static Slots of(Release release, String service, ObservedState seen, Set<String> unusable) {
    Release.Service wanted = Objects.requireNonNull(release.services().get(service), service);
    List<ObservedContainer> present =
        seen.of(service).stream().filter(c -> c.state() != State.REMOVING).toList();
    int replicas = wanted.spec().updates().replicas();
    List<Slot> all = new ArrayList<>();
    for (int number = 1; number <= replicas; number++) {
      int place = number;
      List<ObservedContainer> here =
          present.stream().filter(c -> replicas == 1 || c.number() == place).toList();
      all.add(Slot.of(release, wanted, number, here, seen, unusable));
    }
    List<ObservedContainer> surplus =
        present.stream()
            .filter(c -> replicas != 1 && (c.number() < 1 || c.number() > replicas))
            .toList();
    return new Slots(wanted, all, surplus);
  }

  boolean inPlace() {
    return all.stream().allMatch(Slot::inPlace)
        && surplus.stream().noneMatch(ObservedContainer::active);
  }

  /** Whether a client finds a container of the service now, of whatever release. */
  boolean isServed() {
    return present().anyMatch(c -> c.active() && !c.hidden() && c.state() != State.PAUSED);
  }

  Stream<ObservedContainer> present() {
    return Stream.concat(
        surplus.stream(),
        all.stream()
            .flatMap(
                slot -> Stream.concat(Stream.ofNullable(slot.match()), slot.others().stream())));
  }

  Stream<ObservedContainer> matches() {
    return all.stream().map(Slot::match).filter(Objects::nonNull);
  }

  /** The one that others mean who name the service alone; null where it is not there. */
  @Nullable ObservedContainer first() {
    return all.isEmpty() ? null : all.getFirst().match();
  }

  /** The place that a container is in the way of, or is. */
  Optional<Slot> placeOf(ObservedContainer container) {
    return all.stream()
        .filter(slot -> all.size() == 1 || slot.number() == container.number())
        .findFirst();
  }

  boolean completed() {
    return !all.isEmpty() && all.stream().allMatch(Slot::completed);
  }
}
