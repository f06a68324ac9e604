package dev.holdfast.compose;

import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.NetworkAttachment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The networks of one service: the default one where it names none, and none at all with a {@code
 * network_mode}.
 */
final class NetworksReader {
  private static final Set<String> MODES = Set.of("host", "none", "bridge");

  private final Fields service;
  private final Project project;
  private final Set<String> declared;

  NetworksReader(Fields service, Project project, Set<String> declaredNetworks) {
    this.service = service;
    this.project = project;
    this.declared = declaredNetworks;
  }

  @Nullable String mode() {
    String mode = service.text("network_mode");
    if (mode == null) {
      return null;
    }
    if (!MODES.contains(mode)) {
      service.error(
          "network_mode",
          "is not supported yet with this value: use host, none, bridge, or 'networks'");
    } else if (service.get("networks") != null) {
      service.error("network_mode", "cannot stand beside 'networks'; remove one of the two");
    } else if (mode.equals("host") && !project.permissions().allows("host-network")) {
      service.error(
          "network_mode",
          "gives the container the server's own network; "
              + project.allowHint("allow", "host-network"));
    }
    return mode;
  }

  /** By priority, the highest first. */
  List<NetworkAttachment> read() {
    if (service.text("network_mode") != null) {
      return List.of();
    }
    Value value = service.get("networks");
    if (value == null || value.saysNothing()) {
      return List.of(NetworkAttachment.plain("default"));
    }
    List<NetworkAttachment> attachments = new ArrayList<>();
    if (value instanceof Mapping map) {
      service
          .children("networks")
          .forEach((key, fields) -> attachments.add(attachment(key, map.placeOf(key), fields)));
    } else {
      service.items("networks").forEach(item -> named(item, attachments));
    }
    return attachments.stream()
        .distinct()
        .sorted(
            Comparator.comparingInt(NetworkAttachment::priority)
                .reversed()
                .thenComparing(NetworkAttachment::network))
        .toList();
  }

  private void named(Value item, List<NetworkAttachment> attachments) {
    if (item instanceof Scalar scalar) {
      known(scalar.text(), scalar.place());
      attachments.add(NetworkAttachment.plain(scalar.text()));
    } else {
      service.problems().error(item.place(), service.path("networks") + " takes names of networks");
    }
  }

  private NetworkAttachment attachment(String key, Place place, Fields fields) {
    known(key, place);
    Keys.ATTACHMENT.check(fields);
    Integer priority = fields.integer("priority", -1_000_000, 1_000_000);
    return new NetworkAttachment(
        key,
        fields.texts("aliases"),
        fields.text("ipv4_address"),
        fields.text("ipv6_address"),
        fields.text("mac_address"),
        priority == null ? 0 : priority);
  }

  private void known(String key, Place place) {
    if (!declared.contains(key)) {
      service
          .problems()
          .error(
              place,
              service.path("networks")
                  + " names a network that is not declared; add it under the top-level 'networks:'"
                  + service.problems().hint(key, declared));
    }
  }
}
