package dev.holdfast.compose;

import dev.holdfast.model.Sharing;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The app's services by the names of their containers: who writes {@code container:vpn} for the
 * container of a service of the same file means that service, and only so is it started first and
 * made anew with it.
 */
final class Siblings {
  private final Map<String, String> byContainer = new TreeMap<>();

  Siblings(String app, SortedMap<String, Fields> active) {
    active.forEach(
        (name, fields) -> {
          String fixed = fields.get("container_name") instanceof Value.Scalar own ? own.text() : "";
          String container = fixed.isEmpty() ? app + "-" + name + "-1" : fixed;
          byContainer.put(container, name);
        });
  }

  /** {@code service:vpn} where a container of this app is meant; all else as it is. */
  @Nullable String mode(@Nullable String written) {
    String container = Sharing.containerOf(written);
    String service = container == null ? null : byContainer.get(container);
    return service == null ? written : Sharing.service(service);
  }
}
