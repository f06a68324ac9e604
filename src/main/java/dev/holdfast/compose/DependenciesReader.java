package dev.holdfast.compose;

import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.Dependency;
import dev.holdfast.model.Dependency.Condition;
import dev.holdfast.model.Sharing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code depends_on}, and what {@code links}, shared namespaces and {@code volumes_from} imply; and
 * the refusal of circles, which no order of starting could satisfy.
 */
final class DependenciesReader {
  /** As compose-go has it: who lives in another's namespace starts anew with it. */
  private static final Dependency RESTARTED = new Dependency(Condition.STARTED, true, true);

  private final Fields service;
  private final Set<String> all;
  private final Set<String> active;
  private final Siblings siblings;

  /** {@code all}: every service of the file; {@code active}: those whose profiles are. */
  DependenciesReader(Fields service, Set<String> all, Set<String> active, Siblings siblings) {
    this.service = service;
    this.siblings = siblings;
    this.all = all;
    this.active = active;
  }

  SortedMap<String, Dependency> read() {
    SortedMap<String, Dependency> dependencies = new TreeMap<>();
    if (service.get("depends_on") instanceof Mapping map) {
      service
          .children("depends_on")
          .forEach(
              (name, fields) ->
                  add(
                      dependencies,
                      name,
                      new At("depends_on", map.placeOf(name), "'" + Keys.shown(name) + "'"),
                      dependency(fields)));
    } else {
      for (Value item : service.items("depends_on")) {
        if (item instanceof Scalar scalar) {
          add(
              dependencies,
              scalar.text(),
              new At("depends_on", scalar.place(), scalar.shown()),
              Dependency.STARTED);
        } else {
          service
              .problems()
              .error(item.place(), service.path("depends_on") + " takes names of services");
        }
      }
    }
    service.items("links").forEach(item -> link(dependencies, item));
    List.of("network_mode", "pid", "ipc").forEach(key -> shared(dependencies, key));
    service.items(VolumesFromReader.KEY).forEach(item -> volumesFrom(dependencies, item));
    return dependencies;
  }

  private void link(SortedMap<String, Dependency> dependencies, Value item) {
    if (item instanceof Scalar scalar) {
      implied(dependencies, "links", scalar, scalar.text().split(":", 2)[0], RESTARTED);
    } else {
      service.problems().error(item.place(), service.path("links") + " takes names of services");
    }
  }

  private void shared(SortedMap<String, Dependency> dependencies, String key) {
    String name =
        service.get(key) instanceof Scalar scalar
            ? Sharing.serviceOf(siblings.mode(scalar.text()))
            : null;
    if (name != null && service.get(key) instanceof Scalar scalar) {
      implied(dependencies, key, scalar, name, RESTARTED);
    }
  }

  /** What is no such item is the {@link VolumesFromReader}'s to tell. */
  private void volumesFrom(SortedMap<String, Dependency> dependencies, Value item) {
    if (item instanceof Scalar scalar) {
      VolumesFromReader.parse(scalar.text(), siblings)
          .map(from -> Sharing.serviceOf(from.of()))
          .ifPresent(
              name ->
                  implied(dependencies, VolumesFromReader.KEY, scalar, name, Dependency.STARTED));
    }
  }

  private void implied(
      SortedMap<String, Dependency> dependencies,
      String key,
      Scalar at,
      String name,
      Dependency dependency) {
    if (!dependencies.containsKey(name)) {
      add(dependencies, name, new At(key, at.place(), at.shown()), dependency);
    }
  }

  /** Where a service is named, and its name where it may be shown. */
  private record At(String key, Place place, String shown) {}

  private void add(
      SortedMap<String, Dependency> dependencies, String name, At at, Dependency dependency) {
    String where = service.path(at.key()) + " names " + at.shown() + ", ";
    Place place = at.place();
    if (active.contains(name)) {
      dependencies.put(name, dependency);
    } else if (!dependency.required()) {
      service
          .problems()
          .warn(place, where + "which is not part of this release, and goes on without it");
    } else if (all.contains(name)) {
      service
          .problems()
          .error(
              place,
              where
                  + "whose profile is not active; activate it with COMPOSE_PROFILES in an env-file, or write required: false");
    } else {
      service
          .problems()
          .error(
              place,
              where + "which is no service of this project" + service.problems().hint(name, all));
    }
  }

  private static Dependency dependency(Fields fields) {
    Keys.DEPENDENCY.check(fields);
    String written = fields.text("condition");
    Condition condition =
        written == null
            ? Condition.STARTED
            : Arrays.stream(Condition.values())
                .filter(known -> known.text().equals(written))
                .findFirst()
                .orElse(null);
    if (condition == null) {
      fields.error(
          "condition",
          "must be service_started, service_healthy or service_completed_successfully");
    }
    return new Dependency(
        condition == null ? Condition.STARTED : condition,
        !Boolean.FALSE.equals(fields.flag("required")),
        fields.isTrue("restart"));
  }

  /** Tells each circle once, at the services' own place. */
  static void refuseCircles(Map<String, SortedMap<String, Dependency>> graph, Fields services) {
    Set<String> done = new LinkedHashSet<>();
    for (String name : graph.keySet()) {
      follow(name, new ArrayList<>(), done, graph, services);
    }
  }

  private static void follow(
      String name,
      List<String> way,
      Set<String> done,
      Map<String, SortedMap<String, Dependency>> graph,
      Fields services) {
    int before = way.indexOf(name);
    if (before >= 0) {
      List<String> circle = new ArrayList<>(way.subList(before, way.size()));
      circle.add(name);
      services
          .problems()
          .error(
              services.at(name),
              "the services depend on each other in a circle: "
                  + String.join(" -> ", circle)
                  + "; remove one of these depends_on");
    } else if (!done.contains(name)) {
      way.add(name);
      graph
          .getOrDefault(name, new TreeMap<>())
          .keySet()
          .forEach(next -> follow(next, way, done, graph, services));
      way.removeLast();
      done.add(name);
    }
  }
}
