package dev.holdfast.compose;

import dev.holdfast.model.EngineOptions.Namespaces;
import dev.holdfast.model.ServiceSpec;
import dev.holdfast.model.Sharing;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code ipc: service:db} needs a {@code db} that lets others in. Only the engine's settings know
 * whether one does that says nothing, so this is a warning.
 */
final class SharedMemory {
  private SharedMemory() {}

  static void check(SortedMap<String, ServiceSpec> services, Map<String, Fields> fields) {
    services.forEach(
        (name, service) -> {
          String parent = Sharing.serviceOf(ipc(service));
          ServiceSpec other = parent == null ? null : services.get(parent);
          Fields at = fields.get(name);
          if (other != null && at != null && !lets(ipc(other))) {
            at.warn(
                "ipc",
                "names a service that keeps its shared memory to itself unless the engine is set otherwise; write ipc: shareable there");
          }
        });
  }

  private static @Nullable String ipc(ServiceSpec service) {
    Namespaces namespaces = service.container().optionsOrNone().namespaces();
    return namespaces == null ? null : namespaces.ipc();
  }

  private static boolean lets(@Nullable String mode) {
    return mode != null && !mode.equals("private") && !mode.equals("none");
  }
}
