package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Neighbour;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The other Compose projects of an engine, from two lists. */
final class Neighbours {
  private final EngineClient engine;

  Neighbours(EngineClient engine) {
    this.engine = engine;
  }

  private static final class Project {
    boolean managed;
    final SortedSet<String> directories = new TreeSet<>();
    final SortedMap<String, Neighbour.Service> services = new TreeMap<>();
    final SortedMap<String, String> volumes = new TreeMap<>();
  }

  List<Neighbour> of(String app) {
    SortedMap<String, Project> projects = new TreeMap<>();
    String ours = Paths.filters("label", Labels.COMPOSE_PROJECT);
    engine
        .list("list the containers of other projects", "/containers/json?all=true&" + ours)
        .forEach(container -> addContainer(projects, container));
    engine
        .get("list the volumes of other projects", "/volumes?" + ours)
        .path("Volumes")
        .forEach(volume -> addVolume(projects, volume));
    projects.remove(app);
    return projects.entrySet().stream()
        .map(
            e ->
                new Neighbour(
                    e.getKey(),
                    e.getValue().managed,
                    e.getValue().directories,
                    e.getValue().services,
                    e.getValue().volumes))
        .toList();
  }

  private static void addContainer(Map<String, Project> projects, JsonNode container) {
    Map<String, String> labels = Json.textMap(container.path("Labels"));
    if (labels.getOrDefault(Labels.COMPOSE_ONEOFF, "False").equalsIgnoreCase("true")) {
      return;
    }
    Project project = project(projects, labels);
    project.managed |= labels.containsKey(Labels.APP);
    String directory = labels.get(Labels.COMPOSE_WORKING_DIR);
    if (directory != null) {
      project.directories.add(directory);
    }
    Neighbour.Service service =
        new Neighbour.Service(
            Json.text(container.path("Image")), names(container), ports(container));
    project.services.merge(
        labels.getOrDefault(Labels.COMPOSE_SERVICE, ""), service, Neighbours::both);
  }

  private static Project project(Map<String, Project> projects, Map<String, String> labels) {
    return projects.computeIfAbsent(
        labels.getOrDefault(Labels.COMPOSE_PROJECT, ""), name -> new Project());
  }

  private static Neighbour.Service both(Neighbour.Service one, Neighbour.Service other) {
    return new Neighbour.Service(
        one.image(),
        union(one.containers(), other.containers()),
        union(one.ports(), other.ports()));
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> all = new HashSet<>(one);
    all.addAll(other);
    return all;
  }

  private static Set<String> names(JsonNode container) {
    return Json.texts(container.path("Names")).stream()
        .map(ObservedMapper::name)
        .collect(Collectors.toSet());
  }

  /** Those that the server's own addresses have. */
  private static Set<String> ports(JsonNode container) {
    Set<String> ports = new HashSet<>();
    for (JsonNode port : container.path("Ports")) {
      int published = port.path("PublicPort").asInt();
      if (published > 0) {
        ports.add(published + "/" + Json.text(port.path("Type")));
      }
    }
    return ports;
  }

  private static void addVolume(Map<String, Project> projects, JsonNode volume) {
    Map<String, String> labels = Json.textMap(volume.path("Labels"));
    String key = labels.get(Labels.COMPOSE_VOLUME);
    if (key != null) {
      Project project = project(projects, labels);
      project.managed |= labels.containsKey(Labels.APP);
      project.volumes.put(key, Json.text(volume.path("Name")));
    }
  }
}
