package dev.holdfast.docker;

import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerPort;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Neighbour;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    engine
        .look(
            "list the containers of other projects",
            docker ->
                docker
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(List.of(Labels.COMPOSE_PROJECT))
                    .exec())
        .forEach(container -> add(projects, container));
    var volumes =
        engine.look(
            "list the volumes of other projects",
            docker ->
                docker
                    .listVolumesCmd()
                    .withFilter("label", List.of(Labels.COMPOSE_PROJECT))
                    .exec());
    if (volumes.getVolumes() != null) {
      volumes.getVolumes().forEach(volume -> add(projects, volume));
    }
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

  private static void add(Map<String, Project> projects, Container container) {
    Map<String, String> labels = Objects.requireNonNullElse(container.getLabels(), Map.of());
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
            Objects.requireNonNullElse(container.getImage(), ""),
            names(container),
            ports(container));
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

  private static Set<String> names(Container container) {
    String[] names = container.getNames();
    return names == null
        ? Set.of()
        : Arrays.stream(names).map(ObservedMapper::name).collect(Collectors.toSet());
  }

  private static Set<String> ports(Container container) {
    ContainerPort[] ports = container.getPorts();
    return ports == null
        ? Set.of()
        : Arrays.stream(ports)
            .filter(port -> port.getPublicPort() != null && port.getPublicPort() > 0)
            .map(port -> port.getPublicPort() + "/" + port.getType())
            .collect(Collectors.toSet());
  }

  private static void add(Map<String, Project> projects, InspectVolumeResponse volume) {
    Map<String, String> labels = Objects.requireNonNullElse(volume.getLabels(), Map.of());
    String key = labels.get(Labels.COMPOSE_VOLUME);
    if (key != null) {
      Project project = project(projects, labels);
      project.managed |= labels.containsKey(Labels.APP);
      project.volumes.put(key, volume.getName());
    }
  }
}
