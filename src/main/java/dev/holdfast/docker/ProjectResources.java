package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.model.Canonical;
import dev.holdfast.model.Labels;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.VolumeSpec;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An app's networks and volumes: made once under the labels that docker compose looks for, then
 * left as they are. None is ever recreated or removed, whatever the Compose file says later.
 */
final class ProjectResources {
  /** The release of docker compose whose labels and names are followed. */
  static final String COMPOSE_VERSION = "2.40.0";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final EngineClient engine;
  private final Presence presence;

  ProjectResources(EngineClient engine, Presence presence) {
    this.engine = engine;
    this.presence = presence;
  }

  void ensureNetwork(String app, NetworkSpec network) {
    if (presence.network(network.name())) {
      return;
    }
    if (network.external()) {
      throw missing("network", network.name(), "docker network create " + network.name());
    }
    ObjectNode body = body(app, network);
    create(network, body);
    if (OwnSubnet.isWorthwhile(network)) {
      createAgain(network, body);
    }
  }

  private void create(NetworkSpec network, ObjectNode body) {
    try {
      engine.post(
          "create network " + network.name(),
          "/networks/create",
          version -> {
            List<String> lacks = EngineNeeds.of(network, version);
            if (!lacks.isEmpty()) {
              throw new EngineException.Refused(
                  "could not create network " + network.name() + ": " + lacks.getFirst());
            }
            return body;
          });
    } catch (EngineException.Conflict | EngineException.Ambiguous e) {
      if (!presence.network(network.name())) {
        throw e;
      }
    }
  }

  /** With the subnet that the engine picked; one that somebody uses already stays as it is. */
  private void createAgain(NetworkSpec network, ObjectNode body) {
    JsonNode made = engine.get("look at network " + network.name(), Paths.network(network.name()));
    ObjectNode chosen = OwnSubnet.body(made, body);
    if (chosen.equals(body) || !made.path("Containers").isEmpty()) {
      return;
    }
    try {
      engine.command(
          "make network " + network.name() + " again with its subnet",
          Command.delete(Paths.network(made.path("Id").asText())));
      create(network, chosen);
    } catch (EngineException.NotFound | EngineException.Conflict | EngineException.Refused e) {
      if (!presence.network(network.name())) {
        create(network, body);
      }
    }
  }

  void ensureVolume(String app, VolumeSpec volume) {
    if (presence.volume(volume.name())) {
      return;
    }
    if (volume.external()) {
      throw missing("volume", volume.name(), "docker volume create " + volume.name());
    }
    try {
      engine.post(
          "create volume " + volume.name(), "/volumes/create", version -> body(app, volume));
    } catch (EngineException.Conflict | EngineException.Ambiguous e) {
      if (!presence.volume(volume.name())) {
        throw e;
      }
    }
  }

  private static EngineException.Refused missing(String kind, String name, String command) {
    return new EngineException.Refused(
        "could not use "
            + kind
            + " "
            + name
            + ": it is declared external and is not there; create it ("
            + command
            + ") or remove external: true");
  }

  static ObjectNode body(String app, NetworkSpec network) {
    ObjectNode body = JSON.objectNode().put("Name", network.name()).put("CheckDuplicate", true);
    put(body, "Driver", network.driver());
    body.put("Internal", network.internal()).put("Attachable", network.attachable());
    if (network.enableIpv6() != null) {
      body.put("EnableIPv6", network.enableIpv6());
    }
    if (network.withoutIpv4()) {
      body.put("EnableIPv4", false);
    }
    if (network.ipamDriver() != null
        || !network.subnets().isEmpty()
        || !network.ipamOptions().isEmpty()) {
      body.set("IPAM", ipam(network));
    }
    body.set("Options", CreateMapper.strings(network.driverOptions()));
    body.set(
        "Labels",
        CreateMapper.strings(
            labels(
                app,
                network.labels(),
                Labels.COMPOSE_NETWORK,
                network.key(),
                Canonical.sha256(network))));
    return body;
  }

  private static ObjectNode ipam(NetworkSpec network) {
    ArrayNode subnets = JSON.arrayNode();
    for (NetworkSpec.Subnet subnet : network.subnets()) {
      ObjectNode entry = subnets.addObject();
      put(entry, "Subnet", subnet.subnet());
      put(entry, "Gateway", subnet.gateway());
      put(entry, "IPRange", subnet.ipRange());
      if (!subnet.auxAddresses().isEmpty()) {
        entry.set("AuxiliaryAddresses", CreateMapper.strings(subnet.auxAddresses()));
      }
    }
    ObjectNode ipam =
        JSON.objectNode()
            .put("Driver", network.ipamDriver() == null ? "default" : network.ipamDriver());
    if (!network.ipamOptions().isEmpty()) {
      ipam.set("Options", CreateMapper.strings(network.ipamOptions()));
    }
    return ipam.set("Config", subnets);
  }

  static ObjectNode body(String app, VolumeSpec volume) {
    ObjectNode body = JSON.objectNode().put("Name", volume.name());
    put(body, "Driver", volume.driver());
    body.set("DriverOpts", CreateMapper.strings(volume.driverOptions()));
    body.set(
        "Labels",
        CreateMapper.strings(
            labels(
                app,
                volume.labels(),
                Labels.COMPOSE_VOLUME,
                volume.key(),
                Canonical.sha256(volume))));
    return body;
  }

  private static SortedMap<String, String> labels(
      String app, Map<String, String> own, String kind, String key, String hash) {
    SortedMap<String, String> labels = new TreeMap<>(own);
    labels.put(Labels.COMPOSE_PROJECT, app);
    labels.put(kind, key);
    labels.put(Labels.COMPOSE_VERSION, COMPOSE_VERSION);
    labels.put(Labels.COMPOSE_CONFIG_HASH, hash);
    labels.put(Labels.APP, app);
    return labels;
  }

  private static void put(ObjectNode json, String field, @Nullable String value) {
    if (value != null) {
      json.put(field, value);
    }
  }
}
