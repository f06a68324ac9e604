package dev.holdfast.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.model.EngineOptions;
import dev.holdfast.model.NetworkAttachment;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.Sharing;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A container's places on networks. Engines before 25 take one of them at create; the further ones
 * are connected after it, and stand in a label of the container, so that whoever starts a container
 * whose creator died in between completes it first.
 */
final class Endpoints {
  /** A list of {@code {"network":…,"config":…}}, for the networks after the first. */
  static final String LABEL = "dev.holdfast.networks";

  private static final String INTERFACE = "com.docker.network.endpoint.ifname";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Endpoints() {}

  record Endpoint(String network, JsonNode json) {}

  /** A container that is on no network at all has none, as with docker compose. */
  static String mode(ContainerRequest request) {
    String declared = request.service().spec().container().networkMode();
    return declared != null
        ? shared(request, declared)
        : first(request).map(Endpoint::network).orElse("none");
  }

  /** {@code container:name} for {@code service:db}; all else as it is. */
  static String shared(ContainerRequest request, String mode) {
    boolean another = Sharing.serviceOf(mode) != null || Sharing.containerOf(mode) != null;
    return another ? Sharing.container(request.container(mode)) : mode;
  }

  /** The real names of all its networks. */
  static List<String> networks(ContainerRequest request) {
    return all(request).stream().map(Endpoint::network).toList();
  }

  static Optional<Endpoint> first(ContainerRequest request) {
    return all(request).stream().findFirst();
  }

  /**
   * Of the container as a whole, as engines before 25 take it and only for its first network. A
   * one-off container runs beside the one that has the address.
   */
  static Optional<String> macAddress(ContainerRequest request) {
    if (request.oneOff()) {
      return Optional.empty();
    }
    return attachments(request).stream()
        .findFirst()
        .map(first -> mac(request, first))
        .or(() -> Optional.ofNullable(ofContainer(request)));
  }

  private static @Nullable String ofContainer(ContainerRequest request) {
    EngineOptions.Naming naming = request.service().spec().container().optionsOrNone().naming();
    return naming == null ? null : naming.macAddress();
  }

  /** The service's own address is that of its first network. */
  private static @Nullable String mac(ContainerRequest request, NetworkAttachment attachment) {
    boolean first = attachments(request).getFirst().equals(attachment);
    return attachment.macAddress() != null || !first
        ? attachment.macAddress()
        : ofContainer(request);
  }

  static Optional<String> label(ContainerRequest request) {
    List<Endpoint> further = all(request).stream().skip(1).toList();
    if (further.isEmpty()) {
      return Optional.empty();
    }
    ArrayNode list = JSON.arrayNode();
    further.forEach(
        endpoint ->
            list.add(
                JSON.objectNode()
                    .put("network", endpoint.network())
                    .set("config", endpoint.json())));
    return Optional.of(list.toString());
  }

  /** Those that a container of ours was made for; somebody may have put it on others since. */
  static Set<String> networks(String mode, Map<String, String> labels) {
    Set<String> made = new LinkedHashSet<>(List.of(mode));
    further(labels).forEach(endpoint -> made.add(endpoint.network()));
    return made;
  }

  /** The further endpoints that a container's labels ask for and that it does not have yet. */
  static List<Endpoint> missing(Map<String, String> labels, Set<String> connected) {
    return further(labels).stream()
        .filter(endpoint -> !connected.contains(endpoint.network()))
        .toList();
  }

  private static List<Endpoint> further(Map<String, String> labels) {
    List<Endpoint> further = new ArrayList<>();
    for (JsonNode entry : parse(labels.getOrDefault(LABEL, "[]"))) {
      further.add(new Endpoint(entry.path("network").asText(), entry.path("config")));
    }
    return further;
  }

  private static JsonNode parse(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new EngineException.Refused(
          "could not read the label "
              + LABEL
              + " of a container; remove the container: "
              + e.getOriginalMessage());
    }
  }

  private static List<NetworkAttachment> attachments(ContainerRequest request) {
    return request.service().spec().container().networkMode() == null
        ? request.service().spec().container().networks()
        : List.of();
  }

  /** All of its networks, in the order in which it is put on them. */
  static List<Endpoint> all(ContainerRequest request) {
    return attachments(request).stream().map(attachment -> endpoint(request, attachment)).toList();
  }

  private static Endpoint endpoint(ContainerRequest request, NetworkAttachment attachment) {
    NetworkSpec network =
        Objects.requireNonNull(
            request.networks().get(attachment.network()),
            () -> "no network called " + attachment.network() + " in the request");
    ObjectNode config = JSON.objectNode();
    Set<String> aliases = aliases(request, attachment);
    if (!aliases.isEmpty()) {
      config.set("Aliases", CreateMapper.strings(List.copyOf(aliases)));
    }
    ObjectNode addresses = JSON.objectNode();
    if (attachment.ipv4Address() != null && !request.oneOff()) {
      addresses.put("IPv4Address", attachment.ipv4Address());
    }
    if (attachment.ipv6Address() != null && !request.oneOff()) {
      addresses.put("IPv6Address", attachment.ipv6Address());
    }
    String mac = request.oneOff() ? null : mac(request, attachment);
    if (mac != null) {
      config.put("MacAddress", mac);
    }
    rare(request, attachment, config, addresses);
    if (!addresses.isEmpty()) {
      config.set("IPAMConfig", addresses);
    }
    return new Endpoint(network.name(), config);
  }

  private static void rare(
      ContainerRequest request,
      NetworkAttachment attachment,
      ObjectNode config,
      ObjectNode addresses) {
    List<String> links = links(request);
    if (!links.isEmpty()) {
      config.set("Links", CreateMapper.strings(links));
    }
    NetworkAttachment.Endpoint rare = attachment.endpoint();
    if (rare == null) {
      return;
    }
    if (rare.linkLocalAddresses() != null && !request.oneOff()) {
      addresses.set("LinkLocalIPs", CreateMapper.strings(rare.linkLocalAddresses()));
    }
    SortedMap<String, String> options = new TreeMap<>(rare.driverOptions());
    if (rare.interfaceName() != null) {
      options.put(INTERFACE, rare.interfaceName());
    }
    if (!options.isEmpty()) {
      config.set("DriverOpts", CreateMapper.strings(options));
    }
    if (rare.gatewayPriority() != null) {
      config.put("GwPriority", rare.gatewayPriority());
    }
  }

  /** Further names of other containers; on the engine's own bridge they are the container's. */
  static List<String> links(ContainerRequest request) {
    EngineOptions.Naming naming = request.service().spec().container().optionsOrNone().naming();
    return naming == null || naming.links() == null
        ? List.of()
        : naming.links().stream()
            .map(link -> request.container(link.to()) + ":" + link.alias())
            .toList();
  }

  /**
   * Who asks for the service must never reach a one-off container of it, nor one that is hidden.
   */
  private static Set<String> aliases(ContainerRequest request, NetworkAttachment attachment) {
    Set<String> aliases = new LinkedHashSet<>();
    if (!request.oneOff() && !request.hidden()) {
      aliases.add(request.service().spec().name());
      aliases.add(request.finalName());
      aliases.addAll(attachment.aliases());
    }
    return aliases;
  }
}
