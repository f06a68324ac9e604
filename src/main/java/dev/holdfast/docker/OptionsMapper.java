package dev.holdfast.docker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.model.Devices;
import dev.holdfast.model.EngineOptions;
import dev.holdfast.model.HostAccess;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the rarer Compose keys become fields of {@code POST /containers/create}: rights,
 * namespaces, devices and names. What is null is left out.
 */
final class OptionsMapper {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final String OPEN_PATHS = "systempaths=unconfined";

  private final ContainerRequest request;
  private final EngineOptions options;

  OptionsMapper(ContainerRequest request) {
    this.request = request;
    this.options = request.service().spec().container().optionsOrNone();
  }

  void intoContainer(ObjectNode body) {
    if (options.naming() != null) {
      put(body, "Domainname", options.naming().domainName());
    }
  }

  void intoHost(ObjectNode host) {
    if (options.access() != null) {
      access(host, options.access());
    }
    if (options.namespaces() != null) {
      namespaces(host, options.namespaces());
    }
    if (options.devices() != null) {
      devices(host, options.devices());
    }
    if (options.naming() != null) {
      names(host, options.naming());
    }
    if (options.volumesFrom() != null) {
      host.set("VolumesFrom", CreateMapper.strings(volumesFrom(options.volumesFrom())));
    }
    if (!options.annotations().isEmpty()) {
      host.set("Annotations", CreateMapper.strings(options.annotations()));
    }
    if (options.resources() != null) {
      ResourcesMapper.into(host, options.resources());
    }
  }

  private static void access(ObjectNode host, HostAccess access) {
    if (access.privileged()) {
      host.put("Privileged", true);
    }
    putAll(host, "CapAdd", access.capabilitiesAdded());
    putAll(host, "CapDrop", access.capabilitiesDropped());
    securityOptions(host, access.securityOptions());
    putAll(host, "GroupAdd", access.groups());
    put(host, "CgroupParent", access.cgroupParent());
    put(host, "Runtime", access.runtime());
  }

  /** The docker command turns {@code systempaths=unconfined} into two empty lists itself. */
  private static void securityOptions(ObjectNode host, @Nullable List<String> options) {
    if (options != null && options.contains(OPEN_PATHS)) {
      host.putArray("MaskedPaths");
      host.putArray("ReadonlyPaths");
    }
    if (options != null) {
      List<String> others = options.stream().filter(o -> !o.equals(OPEN_PATHS)).toList();
      putAll(host, "SecurityOpt", others.isEmpty() ? null : others);
    }
  }

  private void namespaces(ObjectNode host, EngineOptions.Namespaces namespaces) {
    put(host, "PidMode", shared(namespaces.pid()));
    put(host, "IpcMode", shared(namespaces.ipc()));
    put(host, "UTSMode", namespaces.uts());
    put(host, "UsernsMode", namespaces.user());
    put(host, "CgroupnsMode", namespaces.cgroup());
  }

  private @Nullable String shared(@Nullable String mode) {
    return mode == null ? null : Endpoints.shared(request, mode);
  }

  private static void devices(ObjectNode host, Devices devices) {
    if (devices.mapped() != null) {
      ArrayNode mapped = host.putArray("Devices");
      for (Devices.Device device : devices.mapped()) {
        mapped
            .addObject()
            .put("PathOnHost", device.source())
            .put("PathInContainer", device.target())
            .put("CgroupPermissions", device.permissions());
      }
    }
    if (devices.requests() != null) {
      ArrayNode requests = host.putArray("DeviceRequests");
      devices.requests().forEach(request -> requests.add(request(request)));
    }
    putAll(host, "DeviceCgroupRules", devices.cgroupRules());
  }

  private static ObjectNode request(Devices.Request request) {
    ObjectNode json = JSON.objectNode();
    put(json, "Driver", request.driver());
    if (request.count() != null) {
      json.put("Count", request.count());
    }
    putAll(json, "DeviceIDs", request.ids());
    // A list of alternatives, each a list of which all are needed.
    if (!request.capabilities().isEmpty()) {
      json.set("Capabilities", JSON.arrayNode().add(CreateMapper.strings(request.capabilities())));
    }
    json.set("Options", CreateMapper.strings(request.options()));
    return json;
  }

  /** On a network that a file declares, links belong to the container's place on it. */
  private void names(ObjectNode host, EngineOptions.Naming naming) {
    putAll(host, "Dns", naming.dns());
    putAll(host, "DnsSearch", naming.dnsSearch());
    putAll(host, "DnsOptions", naming.dnsOptions());
    if (Endpoints.networks(request).isEmpty()) {
      putAll(host, "Links", links());
    }
  }

  private @Nullable List<String> links() {
    List<String> links = Endpoints.links(request);
    return links.isEmpty() ? null : links;
  }

  private List<String> volumesFrom(List<EngineOptions.VolumesFrom> all) {
    return all.stream()
        .map(from -> request.container(from.of()) + (from.readOnly() ? ":ro" : ":rw"))
        .toList();
  }

  private static void put(ObjectNode json, String field, @Nullable String value) {
    if (value != null) {
      json.put(field, value);
    }
  }

  private static void putAll(ObjectNode json, String field, @Nullable List<String> values) {
    if (values != null) {
      json.set(field, CreateMapper.strings(values));
    }
  }
}
