package dev.holdfast.reconcile;

import dev.holdfast.docker.ContainerRequest;
import dev.holdfast.model.Backup;
import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.Dependency;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Labels;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.ServiceSpec;
import dev.holdfast.plan.Names;
import dev.holdfast.plan.Step;
import java.nio.file.Path;
import java.util.Comparator;
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
    return request(service, step.name(), step.finalName(), labels, carried, step.hidden(), false);
  }

  /** The service's own container, wherever it stands: what one that is there is held against. */
  ContainerRequest place(String serviceName, int number) {
    Release.Service service = known(serviceName);
    String name = Names.serving(release.app(), service, number);
    SortedMap<String, String> labels = labels(service, number, false);
    return request(service, name, name, labels, new TreeMap<>(), false, false);
  }

  /**
   * @param index of the migration, or {@code undo-<index>}; with the deployment's id it is what a
   *     later life finds the container by
   */
  ContainerRequest oneOff(
      String serviceName, String index, List<String> command, Environment environment) {
    ContainerSpec.Process process = known(serviceName).spec().container().process();
    SortedMap<String, String> labels = labels(known(serviceName), 1, true);
    labels.put(Labels.MIGRATION, deployment + "/" + index);
    String name = Names.migration(release.app(), serviceName, deployment, index);
    return alone(serviceName, process.withCommand(command), environment, labels, name);
  }

  /**
   * A container that somebody sits at, with all that the service's own has but its ports, name and
   * healthcheck.
   *
   * @param environment beside the service's own
   */
  ContainerRequest shell(
      String serviceName, ContainerSpec.Process process, Environment environment) {
    SortedMap<String, String> labels = labels(known(serviceName), 1, true);
    labels.put(Labels.SHELL, deployment);
    String name = Names.shell(release.app(), serviceName, deployment);
    return alone(serviceName, process, environment, labels, name);
  }

  private ContainerRequest alone(
      String serviceName,
      ContainerSpec.Process process,
      Environment environment,
      SortedMap<String, String> labels,
      String name) {
    Release.Service service = known(serviceName);
    ContainerSpec spec = service.spec().container();
    ContainerSpec changed =
        new ContainerSpec(
            process,
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
    return request(
        new Release.Service(serviceSpec, service.image()),
        name,
        name,
        labels,
        new TreeMap<>(),
        false,
        true);
  }

  /**
   * A container that shows what is saved and nothing else that its service mounts, on no network;
   * as root, for whom it does not matter who the files belong to.
   *
   * @param purpose with the deployment's id a later life finds the container by it
   */
  ContainerRequest data(Backup.From.Mounted from, String purpose, List<String> command) {
    String serviceName = from.service();
    Release.Service service = known(serviceName);
    ContainerSpec spec = service.spec().container();
    ContainerSpec.Process process =
        new ContainerSpec.Process(
            command.subList(0, 1),
            command.subList(1, command.size()),
            "0",
            "/",
            false,
            false,
            null,
            spec.process().readOnly());
    ContainerSpec changed =
        new ContainerSpec(
            process,
            Environment.EMPTY,
            spec.labels(),
            null,
            null,
            List.of(),
            List.of(),
            shown(spec, from.target()),
            List.of(),
            "none",
            RestartPolicy.NO,
            null,
            ContainerSpec.Lifecycle.DEFAULT,
            ContainerSpec.Limits.NONE,
            null,
            null,
            null);
    SortedMap<String, String> labels = labels(service, 1, true);
    labels.put(Labels.MIGRATION, deployment + "/" + purpose);
    String name = Names.migration(release.app(), serviceName, deployment, purpose);
    ServiceSpec alone = new ServiceSpec(serviceName, changed, new TreeMap<>(), null);
    return request(
        new Release.Service(alone, service.image()),
        name,
        name,
        labels,
        new TreeMap<>(),
        false,
        true);
  }

  /** The nearest mount at or above a path. */
  private static List<MountSpec> shown(ContainerSpec spec, String path) {
    return spec.mounts().stream()
        .filter(m -> path.equals(m.target()) || path.startsWith(m.target() + "/"))
        .max(Comparator.comparingInt(m -> m.target().length()))
        .map(List::of)
        .orElse(List.of());
  }

  private ContainerRequest request(
      Release.Service service,
      String name,
      String finalName,
      SortedMap<String, String> labels,
      SortedMap<String, String> carried,
      boolean hidden,
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
        hidden,
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
