package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.MountSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The long form of a mount: {@code type}, {@code source}, {@code target} and what belongs to the
 * type.
 */
final class LongMounts {
  private static final Set<String> PROPAGATION =
      Set.of("rprivate", "private", "rshared", "shared", "rslave", "slave");

  private final BindSources binds;
  private final DeclaredVolumes volumes;

  LongMounts(BindSources binds, DeclaredVolumes volumes) {
    this.binds = binds;
    this.volumes = volumes;
  }

  /** Empty, with a problem, where it cannot be mounted. */
  Optional<MountSpec> read(Fields fields, String type, String target) {
    return switch (type) {
      case "bind" -> bind(fields, target);
      case "volume" -> volume(fields, target);
      case "tmpfs" -> Optional.of(new MountSpec.Tmpfs(target, tmpfsOptions(fields)));
      default -> {
        fields.error("type", "must be bind, volume or tmpfs; other types are not supported yet");
        yield Optional.empty();
      }
    };
  }

  private Optional<MountSpec> bind(Fields fields, String target) {
    Scalar source = fields.scalar("source");
    if (source == null || source.text().isEmpty()) {
      fields.error(
          "source", "is missing; a bind mount needs a path (a variable in it may be empty)");
      return Optional.empty();
    }
    Fields bind = fields.child("bind");
    boolean create = bind == null || !Boolean.FALSE.equals(bind.flag("create_host_path"));
    String written = BindSources.isPath(source.text()) ? source.text() : "./" + source.text();
    return binds.resolve(
        new BindSources.Request(
            source,
            fields.path("source"),
            written,
            target,
            fields.isTrue("read_only"),
            bindOptions(bind),
            create));
  }

  private static List<String> bindOptions(@Nullable Fields bind) {
    List<String> options = new ArrayList<>();
    if (bind == null) {
      return options;
    }
    Keys.MOUNT_BIND.check(bind);
    option(bind, "selinux", Set.of("z", "Z")).ifPresent(options::add);
    option(bind, "propagation", PROPAGATION).ifPresent(options::add);
    return options;
  }

  private static Optional<String> option(Fields bind, String key, Set<String> known) {
    String value = bind.text(key);
    if (value != null && !known.contains(value)) {
      bind.error(key, "must be one of " + known.stream().sorted().toList());
      return Optional.empty();
    }
    return Optional.ofNullable(value);
  }

  private Optional<MountSpec> volume(Fields fields, String target) {
    Fields options = fields.child("volume");
    if (options != null) {
      Keys.MOUNT_VOLUME.check(options);
    }
    boolean readOnly = fields.isTrue("read_only");
    Scalar source = fields.scalar("source");
    if (source == null || source.text().isEmpty()) {
      return Optional.of(new MountSpec.Anonymous(target, readOnly));
    }
    String subpath = options == null ? null : options.text("subpath");
    if (options != null
        && subpath != null
        && (subpath.startsWith("/") || SourcePaths.below("", subpath).isEmpty())) {
      options.error("subpath", "must be a relative path inside of the volume");
    }
    boolean noCopy = options != null && options.isTrue("nocopy");
    return volumes.mount(
        source,
        fields.path("source"),
        source.text(),
        new MountSpec.Named(source.text(), target, readOnly, noCopy, subpath));
  }

  private static String tmpfsOptions(Fields fields) {
    Fields tmpfs = fields.child("tmpfs");
    List<String> options = new ArrayList<>();
    if (fields.isTrue("read_only")) {
      options.add("ro");
    }
    if (tmpfs == null) {
      return String.join(",", options);
    }
    Keys.MOUNT_TMPFS.check(tmpfs);
    Long size = tmpfs.bytes("size");
    Integer mode = tmpfs.integer("mode", 0, 07777);
    if (size != null) {
      options.add("size=" + size);
    }
    if (mode != null) {
      options.add("mode=" + Integer.toOctalString(mode));
    }
    return String.join(",", options);
  }
}
