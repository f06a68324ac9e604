package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Style;
import dev.holdfast.model.HostPath;
import dev.holdfast.model.MountSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides where a bind mount's source lies: tracked by the source (mounted as an immutable copy of
 * that content), in the app's project directory on the server, or at an absolute path, which
 * agent.yaml must allow. A live source may hold data, so that only what is certainly none counts as
 * tracked. Nothing leaves the app's folders otherwise.
 */
final class BindSources {
  private static final Set<String> SOCKETS = Set.of("/var/run/docker.sock", "/run/docker.sock");
  private static final Set<String> PLACEHOLDERS = Set.of(".gitkeep", ".gitignore", ".keep");

  private final Project project;

  BindSources(Project project) {
    this.project = project;
  }

  /** {@code source} as it is written, {@code path} for messages. */
  record Request(
      Scalar at,
      String path,
      String source,
      String target,
      boolean readOnly,
      List<String> options,
      boolean create) {}

  /** What a source starts with tells a path from a volume. */
  static boolean isPath(String source) {
    return source.startsWith(".") || source.startsWith("/") || source.startsWith("~");
  }

  /** Empty, with a problem, where it may not be mounted. */
  Optional<MountSpec> resolve(Request bind) {
    if (bind.source().indexOf('\0') >= 0) {
      return refuse(bind, "holds a NUL character; remove it");
    }
    if (bind.source().startsWith("~")) {
      return refuse(
          bind,
          "starts at a home directory, which the agent's own account does not share; write the absolute path and allow it in agent.yaml");
    }
    return bind.source().startsWith("/")
        ? absolute(bind, SourcePaths.absolute(bind.source()))
        : relative(bind);
  }

  private Optional<MountSpec> absolute(Request bind, String path) {
    boolean socket = SOCKETS.contains(path);
    if (socket && !project.permissions().allows("docker-socket")) {
      return refuse(
          bind,
          "is the engine's socket, which gives the container the whole server; "
              + project.allowHint("allow", "docker-socket"));
    }
    if (!socket && !project.permissions().allowsPath(path)) {
      return refuse(
          bind,
          "is an absolute path of the server; "
              + project.allowHint(
                  "allow-paths", bind.at().style() == Style.INTERPOLATED ? "that path" : path));
    }
    return Optional.of(
        new MountSpec.Bind(
            new HostPath.Absolute(path),
            bind.target(),
            bind.readOnly(),
            bind.options(),
            bind.create()));
  }

  private Optional<MountSpec> relative(Request bind) {
    Optional<String> path = SourcePaths.below(project.folder(), bind.source());
    if (path.isEmpty()) {
      return refuse(
          bind,
          "leaves the app's folder; move it inside, or write the absolute path and allow it in agent.yaml");
    }
    return project.tree().live() ? live(bind, path.get()) : ofCommit(bind, path.get());
  }

  /**
   * What a commit tracks is configuration, but for a folder in which it only keeps the place: that
   * is there for data, also for those who mount it read-only. What is written into a folder of
   * configuration would stay behind with this version of it.
   */
  private Optional<MountSpec> ofCommit(Request bind, String path) {
    Set<String> files = project.tree().under(path).keySet();
    if (files.stream().allMatch(BindSources::keepsThePlace)
        && project.tree().tracked(path).isEmpty()) {
      return inProject(bind, path);
    }
    if (!files.isEmpty() && !bind.readOnly()) {
      return refuse(
          bind,
          "is tracked by git and mounted writable; what the container writes would be lost at the next release: add :ro, or keep data in a volume or in a folder that git does not track");
    }
    return project
        .contentHash(path)
        .map(
            hash ->
                new MountSpec.Tracked(path, hash, bind.target(), bind.readOnly(), bind.options()));
  }

  private static boolean keepsThePlace(String file) {
    return PLACEHOLDERS.contains(file.substring(file.lastIndexOf('/') + 1));
  }

  /**
   * A directory may hold data beside the configuration: it is mounted as it is, and {@link
   * LiveMounts} finds what is configuration once all mounts are known. Outside of the Compose
   * file's folder only a file is possible that is certainly no data.
   */
  private Optional<MountSpec> live(Request bind, String path) {
    boolean outside = SourcePaths.within(project.folder(), path).isEmpty();
    Optional<String> hash =
        outside && bind.readOnly() ? project.contentHash(path) : Optional.empty();
    return hash.<MountSpec>map(
            content -> new MountSpec.Tracked(path, content, bind.target(), true, bind.options()))
        .or(() -> inProject(bind, path));
  }

  private Optional<MountSpec> inProject(Request bind, String path) {
    Optional<String> inProject = SourcePaths.within(project.folder(), path);
    if (inProject.isEmpty()) {
      return refuse(
          bind,
          "lies outside of the Compose file's folder and is not tracked by the source; track it, or write the absolute path and allow it in agent.yaml");
    }
    project.nestedBinds().add(bind, inProject.get());
    return Optional.of(
        new MountSpec.Bind(
            new HostPath.InProject(inProject.get()),
            bind.target(),
            bind.readOnly(),
            bind.options(),
            bind.create()));
  }

  private Optional<MountSpec> refuse(Request bind, String why) {
    project
        .problems()
        .error(
            bind.at().place(),
            bind.path()
                + ": the source "
                + (bind.at().style() == Style.INTERPOLATED ? "" : bind.at().shown() + " ")
                + why);
    return Optional.empty();
  }
}
