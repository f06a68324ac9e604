package dev.holdfast.sim;

import dev.holdfast.model.Dependency;
import dev.holdfast.model.Release;
import dev.holdfast.model.Updating;
import dev.holdfast.model.Updating.Strategy;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What must hold at every moment of an app's life, and not only once it has settled. */
final class Moments {
  private final Collection<FakeContainer> containers;
  private final FakeTime time;
  private final Consumer<String> violation;
  private boolean duplicatesByHand;

  /**
   * How many of each service ran after the change before: what an update left behind that another
   * one overtook was right when it came, and is not to be added to.
   */
  private Map<String, Integer> before = new HashMap<>();

  Moments(Collection<FakeContainer> containers, FakeTime time, Consumer<String> violation) {
    this.containers = containers;
    this.time = time;
    this.violation = violation;
  }

  /**
   * Between which releases the app is.
   *
   * @param target what it is brought to now, or kept at; null where nothing is known or nothing ran
   *     before
   * @param other what it comes from; null where it is kept, or where nothing ran before
   * @param back whether it comes back from a release that failed
   * @param ran the services of the containers that ran when the deployment in flight began
   * @param disturbed whether somebody else has a hand in what runs
   * @param dataUsers the services that are stopped for their data to be put back
   */
  record Stand(
      @Nullable Release target,
      @Nullable Release other,
      boolean back,
      List<String> ran,
      boolean disturbed,
      List<String> dataUsers) {
    Stand(
        @Nullable Release target,
        @Nullable Release other,
        boolean back,
        List<String> ran,
        boolean disturbed) {
      this(target, other, back, ran, disturbed, List.of());
    }

    /** It comes back to as many as ran and were healthy, whatever should have. */
    int mostBack(String service) {
      return back ? Collections.frequency(ran, service) : Integer.MAX_VALUE;
    }

    @Nullable Updating to(String service) {
      return updating(target, service);
    }

    @Nullable Updating from(String service) {
      return updating(other, service);
    }

    private static @Nullable Updating updating(@Nullable Release release, String service) {
      Release.Service known = release == null ? null : release.services().get(service);
      return known == null ? null : known.spec().updates();
    }

    boolean restartsWithOthers(String service) {
      return Stream.of(target, other)
          .filter(release -> release != null && release.services().containsKey(service))
          .flatMap(release -> release.services().get(service).spec().dependsOn().values().stream())
          .anyMatch(Dependency::restart);
    }
  }

  /** From now on two containers of a service may run, because a person made it so. */
  void duplicatesByHand() {
    duplicatesByHand = true;
  }

  /** At how many places of each service clients find a container that answers them well. */
  Map<String, Integer> served() {
    Map<String, Integer> served = new HashMap<>();
    Set<String> places = new HashSet<>();
    for (FakeContainer c : containers) {
      boolean serves =
          isService(c) && c.active() && !c.hidden && !c.revived && c.isWell(time.now());
      if (serves && places.add(c.service() + " " + c.number())) {
        served.merge(c.service(), 1, Integer::sum);
      }
    }
    return served;
  }

  /** After each change; a {@code before} of null is none of the agent's doing. */
  void check(String what, @Nullable Map<String, Integer> before, Stand stand) {
    twoByAccident(what, stand);
    if (before != null) {
      neverLess(what, before, stand);
    }
  }

  private void neverLess(String what, Map<String, Integer> before, Stand stand) {
    Map<String, Integer> now = served();
    before.forEach(
        (service, count) -> {
          int floor = floor(service, stand);
          int left = now.getOrDefault(service, 0);
          if (count >= floor && left < floor) {
            violation.accept(
                "1: %d places of %s are served after %s, and %d should be at least"
                    .formatted(left, service, what, floor));
          }
        });
  }

  /** How many must go on serving, of those that do. */
  private int floor(String service, Stand stand) {
    Updating to = stand.to(service);
    if (to == null || stand.restartsWithOthers(service) || stand.dataUsers().contains(service)) {
      return 0;
    }
    if (stand.back() && diesByItself(service)) {
      // What comes back may end as soon as it has passed for healthy, as it did before.
      return 0;
    }
    Updating from = stand.from(service);
    int both = Math.min(from == null ? 1 : from.replicas(), to.replicas());
    int least = Math.min(both, stand.mostBack(service));
    if (to.strategy() == Strategy.START_FIRST) {
      return least;
    }
    // Whether another place is away for a reason of its own is not asked between two batches.
    boolean steady = !stand.back() && !stand.disturbed() && isSteady(service);
    return steady ? Math.max(0, least - batch(to)) : 0;
  }

  private boolean diesByItself(String service) {
    return containers.stream()
        .filter(c -> isService(c) && c.service().equals(service))
        .anyMatch(c -> c.behaviour.kind() == Behaviour.Kind.DIES_LATER);
  }

  private boolean isSteady(String service) {
    return containers.stream()
        .filter(c -> isService(c) && c.service().equals(service))
        .allMatch(c -> c.behaviour.isGood());
  }

  private static int batch(Updating updating) {
    int rest = updating.parallelism() == 0 ? updating.replicas() : updating.parallelism();
    return Math.max(rest, updating.canary() == null ? 0 : updating.canary().replicas());
  }

  private void twoByAccident(String what, Stand stand) {
    if (containers.stream().filter(c -> c.active() && c.migration).count() > 1) {
      violation.accept("2: two migrations run at once after " + what);
    }
    if (duplicatesByHand) {
      return;
    }
    Map<String, Integer> services = new HashMap<>();
    Map<String, Integer> places = new HashMap<>();
    for (FakeContainer c : containers) {
      if (isService(c) && c.active()) {
        services.merge(c.service(), 1, Integer::sum);
        places.merge(c.service() + " " + c.number(), 1, Integer::sum);
      }
    }
    Map<String, Integer> ran = before;
    before = services;
    Set<String> beside = beside(services.keySet(), stand);
    places.forEach(
        (place, count) -> {
          if (count > (beside.contains(place.split(" ", 2)[0]) ? 2 : 1)) {
            violation.accept("2: %d containers of %s run after %s".formatted(count, place, what));
          }
        });
    services.forEach(
        (service, count) -> {
          int most = most(service, stand, beside.contains(service));
          if (count > most && count > ran.getOrDefault(service, 0)) {
            violation.accept(
                "2: %d containers of %s run after %s, and at most %d may"
                    .formatted(count, service, what, most));
          }
        });
  }

  private Set<String> beside(Set<String> services, Stand stand) {
    Set<String> beside = new HashSet<>();
    for (String service : services) {
      if (known(service, stand).anyMatch(u -> u.strategy() == Strategy.START_FIRST)) {
        beside.add(service);
      }
    }
    return beside;
  }

  private int most(String service, Stand stand, boolean beside) {
    // One may have run before anybody said that there should be none.
    int most = Math.max(1, known(service, stand).mapToInt(Updating::replicas).max().orElse(1));
    if (!beside) {
      return most;
    }
    Updating to = stand.to(service);
    Updating from = stand.from(service);
    return stand.back()
        ? (to == null ? most : to.replicas()) + (from == null ? most : from.replicas())
        : most + (to == null ? most : batch(to));
  }

  /** What any release that has to do with it says of a service. */
  private Stream<Updating> known(String service, Stand stand) {
    return Stream.concat(
        Stream.of(stand.to(service) == null ? stand.from(service) : stand.to(service))
            .filter(updating -> updating != null),
        Stream.concat(
            Stream.ofNullable(stand.from(service)),
            containers.stream()
                .filter(c -> isService(c) && c.service().equals(service))
                .map(c -> c.updating)));
  }

  private static boolean isService(FakeContainer container) {
    return !container.migration && !container.foreign();
  }
}
