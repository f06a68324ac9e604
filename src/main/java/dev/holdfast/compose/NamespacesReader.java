package dev.holdfast.compose;

import dev.holdfast.model.EngineOptions.Namespaces;
import dev.holdfast.model.Sharing;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code pid}, {@code ipc}, {@code uts}, {@code userns_mode} and {@code cgroup}. The server's own,
 * and those of containers that are not the app's, need leave. That a named service exists is the
 * {@link DependenciesReader}'s to say.
 */
final class NamespacesReader {
  static final Pattern CONTAINER = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");

  private final Fields service;
  private final Siblings siblings;
  private final Grants grants;

  NamespacesReader(Fields service, Project project, Siblings siblings) {
    this.service = service;
    this.siblings = siblings;
    this.grants = new Grants(project, service);
  }

  @Nullable Namespaces read() {
    Namespaces namespaces =
        new Namespaces(
            shared("pid", Set.of(), "host-pid", "lets the container see the server's processes"),
            shared(
                "ipc",
                Set.of("none", "private", "shareable"),
                "host-ipc",
                "lets the container read the server's shared memory"),
            own("uts", Set.of(), "lets the container name the server"),
            own("userns_mode", Set.of(), "makes root in the container root on the server"),
            own("cgroup", Set.of("private"), "shows the container the server's cgroups"));
    return namespaces.equals(Namespaces.OWN) ? null : namespaces;
  }

  private @Nullable String shared(String key, Set<String> own, String word, String why) {
    String mode = siblings.mode(service.text(key));
    if (mode == null || own.contains(mode) || Sharing.serviceOf(mode) != null) {
      return mode;
    }
    if (mode.equals("host")) {
      grants.need(word, key, why);
      return mode;
    }
    return another(service, grants, key, mode, word) ? mode : unknown(key, own, true);
  }

  /** True for {@code container:name} with a name; it is not one of the app's and needs leave. */
  static boolean another(Fields service, Grants grants, String key, String mode, String word) {
    String container = Sharing.containerOf(mode);
    if (container == null || !CONTAINER.matcher(container).matches()) {
      return false;
    }
    grants.need(word, key, "joins a container that is not the app's own");
    return true;
  }

  private @Nullable String own(String key, Set<String> own, String why) {
    String mode = service.text(key);
    if (mode == null || own.contains(mode)) {
      return mode;
    }
    if (!mode.equals("host")) {
      return unknown(key, own, false);
    }
    grants.need("privileged", key, why);
    return mode;
  }

  private @Nullable String unknown(String key, Set<String> own, boolean shared) {
    String others = own.isEmpty() ? "" : ", " + String.join(", ", own.stream().sorted().toList());
    service.error(
        key,
        "must be host"
            + others
            + (shared ? ", service:name or container:name" : "")
            + "; or remove it");
    return null;
  }
}
