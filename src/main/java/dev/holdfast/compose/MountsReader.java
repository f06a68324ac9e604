package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.MountSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code volumes} and {@code tmpfs} of a service. A source that starts with a dot, a slash or a
 * tilde is a path; all else is a volume that the file must declare. Of two mounts on one target the
 * later counts.
 */
final class MountsReader {
  private static final Set<String> BIND_OPTIONS =
      Set.of("z", "Z", "rprivate", "private", "rshared", "shared", "rslave", "slave");

  private final Fields service;
  private final Problems problems;
  private final BindSources binds;
  private final DeclaredVolumes volumes;
  private final LongMounts longForms;
  private final Map<String, MountSpec> found = new LinkedHashMap<>();

  MountsReader(Fields service, Project project, Set<String> declaredVolumes) {
    this.service = service;
    this.problems = service.problems();
    this.binds = new BindSources(project);
    this.volumes = new DeclaredVolumes(declaredVolumes, problems);
    this.longForms = new LongMounts(binds, volumes);
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
      target(target, scalar.place(), service.path("tmpfs"))
          .ifPresent(path -> found.put(path, new MountSpec.Tmpfs(path, options)));
    } else {
      problems.error(
          item.place(), service.path("tmpfs") + " takes items such as /run or /tmp:size=64m");
    }
  }

  private void shortForm(Scalar scalar, String path) {
    String[] parts = scalar.text().split(":", -1);
    boolean windows =
        parts.length > 1
            && parts[0].length() == 1
            && Character.isLetter(parts[0].charAt(0))
            && !volumes.has(parts[0]);
    if (windows || scalar.text().startsWith("\\\\")) {
      problems.error(
          scalar.place(), path + " is a path of Windows; Holdfast runs on Linux servers");
    } else if (parts.length > 3 || List.of(parts).contains("")) {
      problems.error(
          scalar.place(),
          path
              + ": "
              + scalar.shown()
              + " is not a mount; write source:target or source:target:ro (a variable in it may be empty)");
    } else if (parts.length == 1) {
      target(parts[0], scalar.place(), path)
          .ifPresent(target -> found.put(target, new MountSpec.Anonymous(target, false)));
    } else {
      List<String> options = parts.length == 3 ? List.of(parts[2].split(",")) : List.of();
      Optional<String> target = target(parts[1], scalar.place(), path);
      target
          .flatMap(to -> source(new Mount(scalar, path, parts[0], to, readOnly(options), options)))
          .ifPresent(mount -> found.put(mount.target(), mount));
    }
  }

  /** A mount of the short form, taken apart. */
  private record Mount(
      Scalar at,
      String path,
      String source,
      String target,
      boolean readOnly,
      List<String> options) {}

  private Optional<MountSpec> source(Mount mount) {
    if (BindSources.isPath(mount.source())) {
      List<String> options = mount.options().stream().filter(BIND_OPTIONS::contains).toList();
      BindSources.Request bind =
          new BindSources.Request(
              mount.at(),
              mount.path(),
              mount.source(),
              mount.target(),
              mount.readOnly(),
              options,
              true);
      return binds.resolve(bind);
    }
    boolean noCopy = mount.options().contains("nocopy");
    return volumes.mount(
        mount.at(),
        mount.path(),
        mount.source(),
        new MountSpec.Named(mount.source(), mount.target(), mount.readOnly(), noCopy, null));
  }

  private static boolean readOnly(List<String> options) {
    return options.lastIndexOf("ro") > options.lastIndexOf("rw");
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
    target
        .flatMap(to -> longForms.read(fields, type, to))
        .ifPresent(mount -> found.put(mount.target(), mount));
  }

  private Optional<String> target(String written, Place place, String path) {
    if (!written.startsWith("/") || written.indexOf('\0') >= 0) {
      problems.error(
          place, path + ": the path in the container must be absolute; start it with '/'");
      return Optional.empty();
    }
    return Optional.of(SourcePaths.absolute(written));
  }
}
