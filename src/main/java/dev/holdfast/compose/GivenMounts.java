package dev.holdfast.compose;

import dev.holdfast.compose.GivenContent.Content;
import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.ServiceSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code secrets} and {@code configs} of services, as read-only mounts: a secret at {@code
 * /run/secrets/<name>}, a config at {@code /<name>}, or at the target of the long form. A config
 * that is a tracked file, with nothing said of its rights, is mounted as any other tracked file;
 * all else is content that the agent writes. Of two mounts on one target the later counts.
 */
final class GivenMounts {
  private static final int READ_BY_ALL = 0444;

  private final GivenContent configs;
  private final GivenContent secrets;

  GivenMounts(Project project, Fields file) {
    this.configs = new GivenContent(project, file, false);
    this.secrets = new GivenContent(project, file, true);
  }

  ServiceSpec added(Fields service, ServiceSpec spec) {
    Map<String, MountSpec> mounts = new LinkedHashMap<>();
    spec.container().mounts().forEach(mount -> mounts.put(mount.target(), mount));
    List<MountSpec> given = new ArrayList<>(read(service, configs, "/"));
    given.addAll(read(service, secrets, "/run/secrets/"));
    given.forEach(mount -> mounts.put(mount.target(), mount));
    return given.isEmpty()
        ? spec
        : spec.withContainer(spec.container().withMounts(List.copyOf(mounts.values())));
  }

  private static List<MountSpec> read(Fields service, GivenContent content, String root) {
    List<MountSpec> found = new ArrayList<>();
    List<Value> items = service.items(content.kind());
    for (int i = 0; i < items.size(); i++) {
      String path = service.path(content.kind()) + "[" + i + "]";
      Optional<MountSpec> mount =
          items.get(i) instanceof Scalar name
              ? mount(new Grant(name, path, name.text(), null), content, root)
              : longForm(items.get(i), path, content, root, service.problems());
      mount.ifPresent(found::add);
    }
    return found;
  }

  /** {@code rights}: of the long form. */
  private record Grant(Scalar name, String path, String target, @Nullable Fields rights) {}

  private static Optional<MountSpec> longForm(
      Value item, String path, GivenContent content, String root, Problems problems) {
    Fields fields = Fields.of(item, path, problems);
    if (fields == null) {
      return Optional.empty();
    }
    Keys.GRANT.check(fields);
    Scalar name = fields.scalar("source");
    if (name == null) {
      problems.error(
          item.place(), path + ".source is missing; name one of the top-level " + content.kind());
      return Optional.empty();
    }
    String target = Objects.requireNonNullElse(fields.text("target"), name.text());
    return mount(new Grant(name, path, target, fields), content, root);
  }

  private static Optional<MountSpec> mount(Grant grant, GivenContent content, String root) {
    String target =
        SourcePaths.absolute(
            grant.target().startsWith("/") ? grant.target() : root + grant.target());
    return content
        .of(grant.name().text(), grant.name().place(), grant.path())
        .map(found -> mount(grant, content.secret(), found, target));
  }

  private static MountSpec mount(Grant grant, boolean secret, Content content, String target) {
    Fields rights = grant.rights();
    Integer owner = rights == null ? null : GivenContent.id(rights, "uid");
    Integer group = rights == null ? null : GivenContent.id(rights, "gid");
    Integer mode = rights == null ? null : rights.integer("mode", 0, 0777);
    boolean plain = owner == null && group == null && mode == null;
    if (plain && content instanceof Content.Tracked tracked) {
      return new MountSpec.Tracked(tracked.path(), tracked.hash(), target, true, List.of());
    }
    return new MountSpec.Given(
        secret,
        grant.name().text(),
        content.base64(),
        target,
        mode == null ? READ_BY_ALL : mode,
        owner,
        group);
  }
}
