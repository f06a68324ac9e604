package dev.holdfast.compose;

import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.NetworkAttachment;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.Sharing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The networks of one service: the default one where it names none, and none at all with a {@code
 * network_mode}.
 */
final class NetworksReader {
  private static final Set<String> MODES = Set.of("host", "none", "bridge", "default");
  private static final List<String> OF_THE_OTHER =
      List.of(
          "ports",
          "expose",
          "hostname",
          "mac_address",
          "dns",
          "extra_hosts",
          "links",
          "external_links");
  private static final List<String> NOT_ON_HOST = List.of("mac_address", "links", "external_links");
  private static final int MOST_PRIORITY = 1_000_000;
  private static final Pattern INTERFACE = Pattern.compile("[a-zA-Z0-9_.-]{1,15}");

  private final Fields service;
  private final SortedMap<String, NetworkSpec> declared;
  private final Siblings siblings;
  private final Grants grants;

  NetworksReader(
      Fields service, Project project, SortedMap<String, NetworkSpec> declared, Siblings siblings) {
    this.service = service;
    this.declared = declared;
    this.siblings = siblings;
    this.grants = new Grants(project, service);
  }

  @Nullable String mode() {
    String mode = siblings.mode(service.text("network_mode"));
    if (mode == null) {
      return null;
    }
    if (service.get("networks") != null) {
      service.error("network_mode", "cannot stand beside 'networks'; remove one of the two");
    } else if (Sharing.serviceOf(mode) != null) {
      refuse(OF_THE_OTHER, "belongs to the container whose network is shared; write it there");
    } else if (mode.startsWith("container:")) {
      boolean named =
          NamespacesReader.another(service, grants, "network_mode", mode, "host-network");
      refuse(OF_THE_OTHER, "belongs to the container whose network is shared; write it there");
      return named ? mode : unknown();
    } else if (!MODES.contains(mode)) {
      return unknown();
    } else if (mode.equals("host")) {
      grants.need("host-network", "network_mode", "gives the container the server's own network");
      refuse(NOT_ON_HOST, "has no place on the server's own network; remove it");
      if (!service.items("ports").isEmpty()) {
        service.warn("ports", "publishes nothing on the server's own network: every port is open");
      }
    }
    return mode;
  }

  private void refuse(List<String> keys, String why) {
    for (String key : keys) {
      Value value = service.get(key);
      if (value != null && !value.saysNothing()) {
        service.error(key, why);
      }
    }
  }

  private @Nullable String unknown() {
    service.error(
        "network_mode",
        "must be host, none, bridge, service:name or container:name; for a network write 'networks'");
    return null;
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
    Integer priority = fields.integer("priority", -MOST_PRIORITY, MOST_PRIORITY);
    return new NetworkAttachment(
        key,
        fields.texts("aliases"),
        address(key, fields, "ipv4_address", Addresses::isIpv4),
        address(key, fields, "ipv6_address", Addresses::isIpv6),
        mac(fields),
        priority == null ? 0 : priority,
        endpoint(fields));
  }

  /** The engine gives fixed addresses only where the network says which addresses it has. */
  private @Nullable String address(
      String network, Fields fields, String key, Predicate<String> valid) {
    String address = fields.text(key);
    NetworkSpec spec = declared.get(network);
    if (address != null && !valid.test(address)) {
      fields.error(key, "is not such an address");
    } else if (address != null
        && spec != null
        && !spec.external()
        && spec.subnets().stream().allMatch(subnet -> subnet.subnet() == null)) {
      fields.error(
          key, "needs a subnet: add ipam: {config: [{subnet: …}]} to the network at the top level");
    }
    return address;
  }

  private @Nullable String mac(Fields fields) {
    String address = fields.text("mac_address");
    String ofService = service.get("mac_address") instanceof Scalar own ? own.text() : null;
    if (address != null && !NamingReader.MAC.matcher(address).matches()) {
      fields.error("mac_address", "is not a MAC address such as 02:42:ac:11:00:02");
    } else if (address != null && ofService != null && !ofService.equals(address)) {
      fields.error("mac_address", "differs from the service's own mac_address; remove one of them");
    }
    return address;
  }

  private static NetworkAttachment.@Nullable Endpoint endpoint(Fields fields) {
    String name = fields.text("interface_name");
    if (name != null && !INTERFACE.matcher(name).matches()) {
      fields.error("interface_name", "is no interface's name; write up to 15 letters and digits");
    }
    List<String> local = fields.texts("link_local_ips");
    if (!local.stream().allMatch(Addresses::isAddress)) {
      fields.error("link_local_ips", "takes addresses of IPv4 or IPv6");
    }
    NetworkAttachment.Endpoint endpoint =
        new NetworkAttachment.Endpoint(
            local,
            fields.integer("gw_priority", -MOST_PRIORITY, MOST_PRIORITY),
            name,
            fields.textMap("driver_opts"));
    return endpoint.equals(NetworkAttachment.Endpoint.PLAIN) ? null : endpoint;
  }

  private void known(String key, Place place) {
    if (!declared.containsKey(key)) {
      service
          .problems()
          .error(
              place,
              service.path("networks")
                  + " names a network that is not declared; add it under the top-level 'networks:'"
                  + service.problems().hint(key, declared.keySet()));
    }
  }
}
