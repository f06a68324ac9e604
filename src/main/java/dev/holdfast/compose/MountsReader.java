package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Style;
import dev.holdfast.model.MountSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code volumes} and {@code tmpfs} of a service. A source that starts with a dot, a slash or a tilde is a path; all else is a volume
 * that the file must declare. Of two mounts on one target the later counts.
 */
final class MountsReader {
  private static final Set<String> BIND_OPTIONS = Set.of("z", "Z", "rprivate", "private", "rshared", "shared", "rslave", "slave");
  private static final Set<String> PROPAGATION = Set.of("rprivate", "private", "rshared", "shared", "rslave", "slave");

  private final Fields service;
  private final Problems problems;
  private final BindSources binds;
  private final Set<String> declared;
  private final Map<String, MountSpec> found = new LinkedHashMap<>();

  MountsReader(Fields service, Project project, Set<String> declaredVolumes) {
    this.service = service;
    this.problems = service.problems();
    this.binds = new BindSources(project);
    this.declared = declaredVolumes;
  }

  List<MountSpec> read() {
    List<Value> items = service.items("volumes");
    for (int i = 0; i < items.size(); i++) {
      String path = service.path("volumes") + "[" + i + "]";
      if (items.get(i) instanceof Scalar scalar) {
        shortForm(scalar, path);
      } else {
        Fields fields = Fields.of(items.get(i), path, problems);
        if (fields != null) {
          longForm(fields);
        }
      }
    }
    service.items("tmpfs").forEach(this::tmpfs);
    return List.copyOf(found.values());
  }

  private void tmpfs(Value item) {
    if (item instanceof Scalar scalar) {
      int colon = scalar.text().indexOf(':');
      String target = colon < 0 ? scalar.text() : scalar.text().substring(0, colon);
      String options = colon < 0 ? "" : scalar.text().substring(colon + 1);
      target(target, scalar.place(), service.path("tmpfs")).ifPresent(path -> found.put(path, new MountSpec.Tmpfs(path, options)));
    } else {
      problems.error(item.place(), service.path("tmpfs") + " takes items such as /run or /tmp:size=64m");
    }
  }

  private void shortForm(Scalar scalar, String path) {
    String[] parts = scalar.text().split(":", -1);
    boolean windows = parts.length > 1 && parts[0].length() == 1 && Character.isLetter(parts[0].charAt(0)) && !declared.contains(parts[0]);
    if (windows || scalar.text().startsWith("\\\\")) {
      problems.error(scalar.place(), path + " is a path of Windows; Holdfast runs on Linux servers");
    } else if (parts.length > 3 || List.of(parts).contains("")) {
      problems.error(scalar.place(), path + ": " + scalar.shown() + " is not a mount; write source:target or source:target:ro (a variable in it may be empty)");
    } else if (parts.length == 1) {
      target(parts[0], scalar.place(), path).ifPresent(target -> found.put(target, new MountSpec.Anonymous(target, false)));
    } else {
      List<String> options = parts.length == 3 ? List.of(parts[2].split(",")) : List.of();
      Optional<String> target = target(parts[1], scalar.place(), path);
      target.flatMap(to -> source(new Mount(scalar, path, parts[0], to, readOnly(options), options))).ifPresent(mount -> found.put(mount.target(), mount));
    }
  }

  /** A mount of the short form, taken apart. */
  private record Mount(Scalar at, String path, String source, String target, boolean readOnly, List<String> options) {}

  private Optional<MountSpec> source(Mount mount) {
    if (isPath(mount.source())) {
      List<String> options = mount.options().stream().filter(BIND_OPTIONS::contains).toList();
      BindSources.Request bind = new BindSources.Request(mount.at(), mount.path(), mount.source(), mount.target(), mount.readOnly(), options, true);
      return binds.resolve(bind);
    }
    boolean noCopy = mount.options().contains("nocopy");
    return named(mount.at(), mount.path(), mount.source(), new MountSpec.Named(mount.source(), mount.target(), mount.readOnly(), noCopy, null));
  }

  private Optional<MountSpec> named(Scalar at, String path, String volume, MountSpec mount) {
    if (declared.contains(volume)) {
      return Optional.of(mount);
    }
    String name = at.style() == Style.INTERPOLATED ? "that its variables name" : "'" + Keys.shown(volume) + "'";
    problems.error(at.place(), path + " uses the volume " + name + ", which is not declared; add it under the top-level 'volumes:', or start a path with './'"
        + Closest.hint(volume, declared));
    return Optional.empty();
  }

  private static boolean readOnly(List<String> options) {
    return options.lastIndexOf("ro") > options.lastIndexOf("rw");
  }

  private static boolean isPath(String source) {
    return source.startsWith(".") || source.startsWith("/") || source.startsWith("~");
  }

  private void longForm(Fields fields) {
    Keys.MOUNT.check(fields);
    String type = fields.text("type");
    String written = fields.text("target");
    if (type == null || written == null) {
      fields.error(type == null ? "type" : "target", "is missing; write type, source and target");
      return;
    }
    Optional<String> target = target(written, fields.mapping().place(), fields.path("target"));
    target.flatMap(to -> byType(fields, type, to)).ifPresent(mount -> found.put(mount.target(), mount));
  }

  private Optional<MountSpec> byType(Fields fields, String type, String target) {
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
      fields.error("source", "is missing; a bind mount needs a path (a variable in it may be empty)");
      return Optional.empty();
    }
    Fields bind = fields.child("bind");
    boolean create = bind == null || !Boolean.FALSE.equals(bind.flag("create_host_path"));
    String written = isPath(source.text()) ? source.text() : "./" + source.text();
    return binds.resolve(new BindSources.Request(source, fields.path("source"), written, target, fields.isTrue("read_only"), bindOptions(bind), create));
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
    if (options != null && subpath != null && (subpath.startsWith("/") || SourcePaths.below("", subpath).isEmpty())) {
      options.error("subpath", "must be a relative path inside of the volume");
    }
    boolean noCopy = options != null && options.isTrue("nocopy");
    return named(source, fields.path("source"), source.text(), new MountSpec.Named(source.text(), target, readOnly, noCopy, subpath));
  }

  private static String tmpfsOptions(Fields fields) {
    Fields tmpfs = fields.child("tmpfs");
    if (tmpfs == null) {
      return "";
    }
    Keys.MOUNT_TMPFS.check(tmpfs);
    List<String> options = new ArrayList<>();
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

  private Optional<String> target(String written, Place place, String path) {
    if (!written.startsWith("/") || written.indexOf('\0') >= 0) {
      problems.error(place, path + ": the path in the container must be absolute; start it with '/'");
      return Optional.empty();
    }
    return Optional.of(SourcePaths.absolute(written));
  }
}
