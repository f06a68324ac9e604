package dev.holdfast.reconcile;

import dev.holdfast.docker.ContainerRequest;
import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.Dependency;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Labels;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Release;
import dev.holdfast.model.ServiceSpec;
import dev.holdfast.plan.Names;
import dev.holdfast.plan.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests for containers of one release: the labels that docker compose would set, ours, and
 * the folders of this server.
 */
record Requests(
    Release release,
    String deployment,
    List<String> composeFiles,
    List<Path> envFiles,
    Path projectDirectory,
    Path configDirectory,
    Path secretDirectory) {
  private static final String COMPOSE_VERSION_SPOKEN = "2.40.0";

  /**
   * The same for another release of the app; what both mount lies in the same folder, by the hash
   * of its content.
   */
  Requests of(Release other) {
    return new Requests(
        other,
        deployment,
        composeFiles,
        envFiles,
        projectDirectory,
        configDirectory,
        secretDirectory);
  }

  ContainerRequest service(Step.Create step, @Nullable ObservedContainer replaced) {
    Release.Service service = known(step.service());
    SortedMap<String, String> labels = labels(service, step.number(), false);
    SortedMap<String, String> carried =
        replaced == null ? new TreeMap<>() : replaced.anonymousVolumes();
    return request(service, step.name(), step.finalName(), labels, carried, false);
  }

  /** The service's own container, wherever it stands: what one that is there is held against. */
  ContainerRequest place(String serviceName) {
    Release.Service service = known(serviceName);
    String name = Names.serving(release.app(), service, 1);
    return request(service, name, name, labels(service, 1, false), new TreeMap<>(), false);
  }

  /**
   * @param index of the migration, or {@code undo-<index>}; with the deployment's id it is what a
   *     later life finds the container by
   */
  ContainerRequest oneOff(
      String serviceName, String index, List<String> command, Environment environment) {
    Release.Service service = known(serviceName);
    ContainerSpec spec = service.spec().container();
    ContainerSpec changed =
        new ContainerSpec(
            spec.process().withCommand(command),
            spec.environment().with(environment),
            spec.labels(),
            null,
            spec.hostname(),
            List.of(),
            List.of(),
            spec.mounts(),
            spec.networks(),
            spec.networkMode(),
            spec.restart(),
            spec.healthcheck(),
            spec.lifecycle(),
            spec.limits(),
            spec.logging(),
            spec.extraHosts(),
            spec.options());
    ServiceSpec serviceSpec =
        new ServiceSpec(serviceName, changed, service.spec().dependsOn(), null);
    SortedMap<String, String> labels = labels(service, 1, true);
    labels.put(Labels.MIGRATION, deployment + "/" + index);
    String name = Names.migration(release.app(), serviceName, deployment, index);
    return request(
        new Release.Service(serviceSpec, service.image()),
        name,
        name,
        labels,
        new TreeMap<>(),
        true);
  }

  private ContainerRequest request(
      Release.Service service,
      String name,
      String finalName,
      SortedMap<String, String> labels,
      SortedMap<String, String> carried,
      boolean oneOff) {
    return new ContainerRequest(
        release.app(),
        service,
        name,
        finalName,
        labels,
        release.networks(),
        release.volumes(),
        projectDirectory,
        configDirectory,
        secretDirectory,
        carried,
        oneOff,
        serving());
  }

  /**
   * What the containers of the release's services are called while they serve: how one that shares
   * another's namespace names it. The engine takes the name for an id when it makes the container,
   * and by then the one that it is for has its name.
   */
  private SortedMap<String, String> serving() {
    SortedMap<String, String> names = new TreeMap<>();
    release
        .services()
        .forEach((name, service) -> names.put(name, Names.serving(release.app(), service, 1)));
    return names;
  }

  private Release.Service known(String service) {
    Release.Service known = release.services().get(service);
    if (known == null) {
      throw new IllegalStateException("release " + release.id() + " has no service " + service);
    }
    return known;
  }

  private SortedMap<String, String> labels(Release.Service service, int number, boolean oneOff) {
    String hash = service.configHash();
    SortedMap<String, String> labels = new TreeMap<>();
    labels.put(Labels.COMPOSE_PROJECT, release.app());
    labels.put(Labels.COMPOSE_SERVICE, service.spec().name());
    labels.put(Labels.COMPOSE_NUMBER, Integer.toString(number));
    labels.put(Labels.COMPOSE_ONEOFF, oneOff ? "True" : "False");
    labels.put(Labels.COMPOSE_CONFIG_HASH, hash);
    labels.put(Labels.COMPOSE_WORKING_DIR, projectDirectory.toString());
    labels.put(Labels.COMPOSE_CONFIG_FILES, files());
    if (!envFiles.isEmpty()) {
      labels.put(
          Labels.COMPOSE_ENVIRONMENT_FILE,
          envFiles.stream().map(Path::toString).collect(Collectors.joining(",")));
    }
    labels.put(Labels.COMPOSE_VERSION, COMPOSE_VERSION_SPOKEN);
    labels.put(Labels.COMPOSE_DEPENDS_ON, dependsOn(service.spec().dependsOn()));
    labels.put(Labels.APP, release.app());
    labels.put(Labels.RELEASE, release.id());
    labels.put(Labels.DEPLOYMENT, deployment);
    labels.put(Labels.CONFIG_HASH, hash);
    return labels;
  }

  /** The project directory is the folder of the first file, which may lie deep in the source. */
  private String files() {
    Path folder = Path.of("/", composeFiles.getFirst()).resolveSibling("");
    return composeFiles.stream()
        .map(file -> folder.relativize(Path.of("/", file)))
        .map(file -> projectDirectory.resolve(file).normalize().toString())
        .collect(Collectors.joining(","));
  }

  private static String dependsOn(Map<String, Dependency> dependencies) {
    return dependencies.entrySet().stream()
        .map(
            entry ->
                entry.getKey()
                    + ":"
                    + entry.getValue().condition().text()
                    + ":"
                    + entry.getValue().restart())
        .collect(Collectors.joining(","));
  }
}
