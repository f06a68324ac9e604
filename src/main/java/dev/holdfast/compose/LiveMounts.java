package dev.holdfast.compose;

import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.HostPath;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.ServiceSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Configuration in a directory that holds data too. A copy of data would be a loss, so that a bind
 * mount becomes a tracked one only where all of this holds:
 *
 * <ul>
 *   <li>it is mounted read-only,
 *   <li>it is a single regular file of at most 1 MiB,
 *   <li>no service of the app mounts the file, or a folder that it is in, writable.
 * </ul>
 *
 * All else is mounted from the directory itself.
 */
final class LiveMounts {
  private final Project project;
  private final Set<String> written;

  private LiveMounts(Project project, Set<String> written) {
    this.project = project;
    this.written = written;
  }

  static void track(SortedMap<String, ServiceSpec> services, Project project) {
    if (!project.tree().live()) {
      return;
    }
    Set<String> written =
        services.values().stream()
            .flatMap(service -> service.container().mounts().stream())
            .flatMap(mount -> inProject(mount).filter(bind -> !bind.readOnly()).stream())
            .map(bind -> pathOf(bind))
            .collect(Collectors.toSet());
    LiveMounts live = new LiveMounts(project, written);
    services.replaceAll((name, service) -> live.tracked(service));
  }

  private static Optional<MountSpec.Bind> inProject(MountSpec mount) {
    return mount instanceof MountSpec.Bind bind && bind.source() instanceof HostPath.InProject
        ? Optional.of(bind)
        : Optional.empty();
  }

  private static String pathOf(MountSpec.Bind bind) {
    return ((HostPath.InProject) bind.source()).path();
  }

  private ServiceSpec tracked(ServiceSpec service) {
    ContainerSpec container = service.container();
    List<MountSpec> mounts = container.mounts().stream().map(this::tracked).toList();
    return service.withContainer(container.withMounts(mounts));
  }

  private MountSpec tracked(MountSpec mount) {
    return inProject(mount)
        .filter(bind -> bind.readOnly() && !isWritten(pathOf(bind)))
        .flatMap(this::tracked)
        .orElse(mount);
  }

  private Optional<MountSpec> tracked(MountSpec.Bind bind) {
    String path = project.folder().isEmpty() ? pathOf(bind) : project.folder() + "/" + pathOf(bind);
    return project
        .contentHash(path)
        .map(hash -> new MountSpec.Tracked(path, hash, bind.target(), true, bind.options()));
  }

  private boolean isWritten(String path) {
    return Stream.iterate(path, above -> !above.isEmpty(), SourcePaths::folderOf)
            .anyMatch(written::contains)
        || written.contains("");
  }
}
