package dev.holdfast.docker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.docker.CreateMapper.ImageDefaults;
import dev.holdfast.model.HostPath;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.VolumeSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a service mounts, as the engine takes it: {@code Binds} (text) where a missing host path is
 * to be created or SELinux labels are wanted, which {@code Mounts} cannot; {@code Mounts} for all
 * else, because they refuse a source that is missing.
 *
 * <p>Anonymous volumes follow docker compose: one that the replaced container had at a target is
 * mounted again where the service or the image still has an anonymous volume there.
 */
final class MountMapper {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Set<String> PROPAGATION =
      Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");
  private static final Set<String> SELINUX = Set.of("z", "Z");

  private final ContainerRequest request;
  private final ImageDefaults image;
  private final ApiVersion version;
  private final List<String> binds = new ArrayList<>();
  private final ArrayNode mounts = JSON.arrayNode();
  private final ObjectNode tmpfs = JSON.objectNode();

  MountMapper(ContainerRequest request, ImageDefaults image, ApiVersion version) {
    this.request = request;
    this.image = image;
    this.version = version;
  }

  void into(ObjectNode host) {
    Set<String> targets = new HashSet<>();
    for (MountSpec mount : request.service().spec().container().mounts()) {
      targets.add(mount.target());
      add(mount);
    }
    image.volumes().stream().filter(target -> !targets.contains(target)).forEach(this::carry);
    host.set("Binds", CreateMapper.strings(binds));
    host.set("Mounts", mounts);
    host.set("Tmpfs", tmpfs);
  }

  private void add(MountSpec mount) {
    switch (mount) {
      case MountSpec.Bind bind -> bind(bind);
      case MountSpec.Tracked tracked -> tracked(tracked);
      case MountSpec.Given given -> given(given);
      case MountSpec.Named named -> named(named);
      case MountSpec.Anonymous anonymous -> anonymous(anonymous);
      case MountSpec.Tmpfs memory -> tmpfs.put(memory.target(), memory.options());
    }
  }

  private void bind(MountSpec.Bind bind) {
    String source = source(bind.source());
    boolean asText = bind.createHostPath() && isText(source) && isText(bind.target());
    if (asText) {
      binds.add(text(source, bind.target(), bind.readOnly(), bind.options()));
    } else {
      refuseSelinux(bind.options(), bind.target());
      mounts.add(bindMount(source, bind.target(), bind.readOnly(), bind.options()));
    }
  }

  /**
   * As a mount, so that a copy that is missing is an error and not an empty folder that the engine
   * makes in its place.
   */
  private void tracked(MountSpec.Tracked tracked) {
    String source =
        request.configDirectory().resolve(tracked.contentHash()).resolve("content").toString();
    if (tracked.options().stream().anyMatch(SELINUX::contains)) {
      binds.add(text(source, tracked.target(), tracked.readOnly(), tracked.options()));
    } else {
      mounts.add(bindMount(source, tracked.target(), tracked.readOnly(), tracked.options()));
    }
  }

  /** As a mount for the same reason: after a boot the engine is there before the agent. */
  private void given(MountSpec.Given given) {
    Path folder = given.secret() ? request.secretDirectory() : request.configDirectory();
    String source = folder.resolve(given.slot()).resolve("content").toString();
    mounts.add(bindMount(source, given.target(), true, List.of()));
  }

  private void named(MountSpec.Named named) {
    VolumeSpec volume =
        Objects.requireNonNull(
            request.volumes().get(named.volume()),
            () -> "no volume called " + named.volume() + " in the request");
    ObjectNode mount = volumeMount(volume.name(), named.target(), named.readOnly());
    ObjectNode options = JSON.objectNode();
    if (named.noCopy()) {
      options.put("NoCopy", true);
    }
    if (named.subpath() != null) {
      if (!version.has(ApiVersion.WITH_SUBPATH)) {
        throw new EngineException.Refused(
            "could not mount folder '"
                + named.subpath()
                + "' of volume "
                + volume.name()
                + ": this engine speaks API "
                + version
                + ", a volume's subpath needs "
                + ApiVersion.WITH_SUBPATH
                + " (Docker Engine 26)");
      }
      options.put("Subpath", named.subpath());
    }
    if (!options.isEmpty()) {
      mount.set("VolumeOptions", options);
    }
    mounts.add(mount);
  }

  private void anonymous(MountSpec.Anonymous anonymous) {
    mounts.add(
        volumeMount(
            request.carriedVolumes().get(anonymous.target()),
            anonymous.target(),
            anonymous.readOnly()));
  }

  private void carry(String target) {
    String volume = request.carriedVolumes().get(target);
    if (volume != null) {
      mounts.add(volumeMount(volume, target, false));
    }
  }

  private String source(HostPath path) {
    return switch (path) {
      case HostPath.Absolute absolute -> absolute.path();
      case HostPath.InProject inside ->
          new ProjectFolder(request.projectDirectory()).source(inside.path()).toString();
    };
  }

  private static boolean isText(String path) {
    return path.indexOf(':') < 0;
  }

  private static String text(String source, String target, boolean readOnly, List<String> options) {
    List<String> all = new ArrayList<>();
    all.add(readOnly ? "ro" : "rw");
    options.stream()
        .filter(option -> PROPAGATION.contains(option) || SELINUX.contains(option))
        .forEach(all::add);
    return source + ":" + target + ":" + String.join(",", all);
  }

  private static void refuseSelinux(List<String> options, String target) {
    if (options.stream().anyMatch(SELINUX::contains)) {
      throw new EngineException.Refused(
          "could not mount "
              + target
              + ": the engine relabels for SELinux (z, Z) only paths without a colon and with create_host_path");
    }
  }

  private static ObjectNode bindMount(
      String source, String target, boolean readOnly, List<String> options) {
    ObjectNode mount =
        JSON.objectNode()
            .put("Type", "bind")
            .put("Source", source)
            .put("Target", target)
            .put("ReadOnly", readOnly);
    options.stream()
        .filter(PROPAGATION::contains)
        .findFirst()
        .ifPresent(
            propagation ->
                mount.set("BindOptions", JSON.objectNode().put("Propagation", propagation)));
    return mount;
  }

  private static ObjectNode volumeMount(@Nullable String volume, String target, boolean readOnly) {
    ObjectNode mount =
        JSON.objectNode().put("Type", "volume").put("Target", target).put("ReadOnly", readOnly);
    return volume == null ? mount : mount.put("Source", volume);
  }
}
