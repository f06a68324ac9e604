package dev.holdfast.reconcile;

import dev.holdfast.docker.ContainerRequest;
import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.Environment;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.model.VolumeSpec;
import dev.holdfast.reconcile.Definition.Look;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The container of a shell, with what it needs beside its image. */
final class ShellContainer {
  /** The best that there is in the image. */
  private static final List<String> SHELL =
      List.of(
          "/bin/sh", "-c", "if command -v bash >/dev/null 2>&1; then exec bash; fi; exec /bin/sh");

  private final App app;
  private final AppMemory memory;
  private final @Nullable Look look;

  ShellContainer(App app, AppMemory memory, @Nullable Look look) {
    this.app = app;
    this.memory = memory;
    this.look = look;
  }

  ContainerRequest request(
      String id,
      ShellWish wish,
      Release release,
      Release.Service service,
      Environment further,
      ObservedState seen) {
    Definition.Target target =
        look != null && look.target() != null && look.target().release().id().equals(release.id())
            ? look.target()
            : null;
    ContainerSpec.Process own = service.spec().container().process();
    boolean shell = wish.command().isEmpty();
    ContainerSpec.Process process =
        new ContainerSpec.Process(
            shell ? SHELL : own.entrypoint(),
            shell ? List.of() : wish.command(),
            own.user(),
            own.workingDir(),
            wish.terminal(),
            true,
            own.init(),
            own.readOnly());
    return new Begin(app.settings(), app.ports(), memory)
        .requests(release, id, target, seen)
        .shell(wish.service(), process, further);
  }

  /** A release that failed early has not made what its services need. */
  void makeMissing(Release release, Release.Service service, ObservedState seen) {
    for (NetworkSpec network : release.networks().values()) {
      boolean used =
          service.spec().container().networks().stream()
              .anyMatch(attachment -> attachment.network().equals(network.key()));
      if (used && !seen.networks().contains(network.name())) {
        app.ports().engine().ensureNetwork(app.settings().app(), network);
      }
    }
    for (VolumeSpec volume : release.volumes().values()) {
      boolean used =
          service.spec().container().mounts().stream()
              .anyMatch(
                  mount ->
                      mount instanceof MountSpec.Named named
                          && volume.key().equals(named.volume()));
      if (used && !seen.volumes().contains(volume.name())) {
        app.ports().engine().ensureVolume(app.settings().app(), volume);
      }
    }
  }
}
