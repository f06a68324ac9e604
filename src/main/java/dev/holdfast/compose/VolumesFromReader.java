package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.EngineOptions.VolumesFrom;
import dev.holdfast.model.Sharing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** {@code volumes_from}: {@code db}, {@code db:ro}, {@code container:name:rw}. */
final class VolumesFromReader {
  static final String KEY = "volumes_from";
  private static final Set<String> MODES = Set.of("ro", "rw");

  private final Fields service;
  private final Siblings siblings;
  private final Grants grants;

  VolumesFromReader(Fields service, Project project, Siblings siblings) {
    this.service = service;
    this.siblings = siblings;
    this.grants = new Grants(project, service);
  }

  List<VolumesFrom> read() {
    List<VolumesFrom> all = new ArrayList<>();
    for (Value item : service.items(KEY)) {
      Optional<VolumesFrom> from =
          item instanceof Scalar scalar ? parse(scalar.text(), siblings) : Optional.empty();
      if (from.isEmpty()) {
        service
            .problems()
            .error(
                item.place(),
                service.path(KEY) + " takes service, service:ro or container:name:ro");
        continue;
      }
      if (Sharing.serviceOf(from.get().of()) == null) {
        grants.need(
            "privileged", item, KEY, "mounts all that a container mounts which is not the app's");
      }
      all.add(from.get());
    }
    return all;
  }

  static Optional<VolumesFrom> parse(String text, Siblings siblings) {
    String[] parts = text.split(":", -1);
    boolean container = parts.length > 1 && parts[0].equals("container");
    String[] rest = container ? Arrays.copyOfRange(parts, 1, parts.length) : parts;
    boolean valid =
        rest.length <= 2
            && NamespacesReader.CONTAINER.matcher(rest[0]).matches()
            && (rest.length == 1 || MODES.contains(rest[1]));
    if (!valid) {
      return Optional.empty();
    }
    String of = container ? siblings.mode(Sharing.container(rest[0])) : Sharing.service(rest[0]);
    return Optional.of(
        new VolumesFrom(Objects.requireNonNull(of), rest.length == 2 && rest[1].equals("ro")));
  }
}
