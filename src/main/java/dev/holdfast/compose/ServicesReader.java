package dev.holdfast.compose;

import dev.holdfast.model.Dependency;
import dev.holdfast.model.DesiredState;
import dev.holdfast.model.ImageWish;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.NetworkAttachment;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.PortMapping;
import dev.holdfast.model.RolloutSpec;
import dev.holdfast.model.ServiceSpec;
import dev.holdfast.model.VolumeSpec;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The services of a merged file, those whose profile is active, and what they share. */
final class ServicesReader {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,100}");
  private static final int MOST_SERVICES = 500;

  private final Project project;
  private final String versionsFile;
  private final VersionsFile versions;

  ServicesReader(Project project, String versionsFile, VersionsFile versions) {
    this.project = project;
    this.versionsFile = versionsFile;
    this.versions = versions;
  }

  Optional<DesiredState> read(Fields file) {
    SortedMap<String, Fields> all = all(file);
    SortedMap<String, Fields> active = new TreeMap<>(all);
    active
        .values()
        .removeIf(service -> !project.isActive(new LinkedHashSet<>(service.texts("profiles"))));
    if (active.isEmpty()) {
      file.error(
          "services",
          all.isEmpty()
              ? "is missing or empty; name at least one service"
              : "has no service whose profile is active; set COMPOSE_PROFILES in an env-file");
      return Optional.empty();
    }
    ImageReader images = new ImageReader(project, versionsFile, versions);
    images.refuseUnknown(
        all.keySet(), project.problems(), file.mapping().placeOf("services").file());
    return Optional.of(state(file, all.keySet(), active, images))
        .filter(state -> !project.problems().hasErrors())
        .flatMap(Parts::whole);
  }

  private SortedMap<String, Fields> all(Fields file) {
    SortedMap<String, Fields> all = file.children("services");
    if (all.size() > MOST_SERVICES) {
      file.error("services", "has more than " + MOST_SERVICES + " services; split the app");
      return new TreeMap<>();
    }
    all.forEach(
        (name, service) -> {
          if (!NAME.matcher(name).matches()) {
            file.problems()
                .error(
                    service.mapping().place(),
                    "services."
                        + Keys.shown(name)
                        + " is not a valid name; use up to 100 letters, digits, '.', '_' and '-'");
          }
        });
    all.keySet().removeIf(name -> !NAME.matcher(name).matches());
    return all;
  }

  /** All that a desired state is made of; whole only where every service has its image. */
  private record Parts(
      String app,
      SortedMap<String, ServiceSpec> services,
      SortedMap<String, ImageWish> images,
      SortedMap<String, NetworkSpec> networks,
      SortedMap<String, VolumeSpec> volumes,
      RolloutSpec rollout,
      DesiredState.ReleaseName name) {
    Optional<DesiredState> whole() {
      boolean complete = services.keySet().equals(images.keySet());
      return complete
          ? Optional.of(new DesiredState(app, services, images, networks, volumes, rollout, name))
          : Optional.empty();
    }
  }

  private Parts state(
      Fields file, Set<String> all, SortedMap<String, Fields> active, ImageReader images) {
    ResourcesReader resources = new ResourcesReader(project, file);
    SortedMap<String, NetworkSpec> networks = resources.networks();
    SortedMap<String, VolumeSpec> volumes = resources.volumes();
    GivenMounts given = new GivenMounts(project, file);
    Siblings siblings = new Siblings(project.app(), active);
    ServiceReader reader = new ServiceReader(project, networks, volumes, siblings);
    SortedMap<String, ServiceSpec> services = new TreeMap<>();
    SortedMap<String, ImageWish> wishes = new TreeMap<>();
    Map<String, SortedMap<String, Dependency>> graph = new TreeMap<>();
    active.forEach(
        (name, fields) -> {
          SortedMap<String, Dependency> dependsOn =
              new DependenciesReader(fields, all, active.keySet(), siblings).read();
          graph.put(name, dependsOn);
          services.put(name, given.added(fields, reader.read(name, fields, dependsOn)));
          images.read(name, fields).ifPresent(wish -> wishes.put(name, wish));
        });
    DependenciesReader.refuseCircles(
        graph,
        new Fields(
            file.mapping().get("services") instanceof Value.Mapping map ? map : file.mapping(),
            "services",
            project.problems()));
    refuseConflicts(services, active);
    PlacesGuard places = new PlacesGuard(services, active);
    places.check();
    SharedMemory.check(services, active);
    project.nestedBinds().refuse(project.problems());
    LiveMounts.track(services, project);
    RolloutSpec rollout = new RolloutReader(project, services).read(file);
    places.check(rollout, file);
    return new Parts(
        project.app(),
        services,
        wishes,
        ResourcesReader.used(networks, usedNetworks(services)),
        ResourcesReader.used(volumes, usedVolumes(services)),
        rollout,
        new DesiredState.ReleaseName(versions.version(), versions.commit()));
  }

  private static Set<String> usedNetworks(Map<String, ServiceSpec> services) {
    return services.values().stream()
        .flatMap(service -> service.container().networks().stream())
        .map(NetworkAttachment::network)
        .collect(Collectors.toSet());
  }

  private static Set<String> usedVolumes(Map<String, ServiceSpec> services) {
    return services.values().stream()
        .flatMap(service -> service.container().mounts().stream())
        .flatMap(
            mount ->
                mount instanceof MountSpec.Named named ? Stream.of(named.volume()) : Stream.empty())
        .collect(Collectors.toSet());
  }

  /**
   * Two services cannot have one container name or one port of the host: the second would never
   * start.
   */
  private static void refuseConflicts(
      SortedMap<String, ServiceSpec> services, SortedMap<String, Fields> active) {
    Map<String, String> takenNames = new HashMap<>();
    Map<String, String> takenPorts = new HashMap<>();
    services.forEach(
        (name, service) -> {
          String container = service.container().containerName();
          Fields fields = active.get(name);
          if (container != null && fields != null) {
            conflict(takenNames, container, name, fields, "container_name");
          }
          for (PortMapping port : service.container().ports()) {
            if (port.published() != null && fields != null && port.published().indexOf('-') < 0) {
              conflict(
                  takenPorts,
                  port.hostIp() + " " + port.published() + "/" + port.protocol(),
                  name,
                  fields,
                  "ports");
            }
          }
        });
  }

  private static void conflict(
      Map<String, String> taken, String what, String service, Fields fields, String key) {
    String other = taken.putIfAbsent(what, service);
    if (other != null && !other.equals(service)) {
      fields.error(
          key,
          "takes the same as services."
              + other
              + " does, and only one container can have it; change one of the two");
    }
  }
}
