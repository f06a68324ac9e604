package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.model.Labels;
import dev.holdfast.model.NetworkSpec;

/**
 * The engine gives a container the address that it asks for only on a network whose subnet somebody
 * chose, and one that leaves service discovery has to ask for its own where a lower one is free. So
 * a new network whose subnet nobody chose is made twice: the engine picks a free subnet, and the
 * network is made again with that one by name. What goes wrong with the second costs nothing but
 * this.
 */
final class OwnSubnet {
  private OwnSubnet() {}

  /** Whether a container may ask for an address there though its Compose file chose no subnet. */
  static boolean isChosen(JsonNode network) {
    return network.path("Labels").has(Labels.SUBNET);
  }

  static boolean isWorthwhile(NetworkSpec network) {
    boolean usual = network.driver() == null || network.driver().equals("bridge");
    return usual
        && network.subnets().isEmpty()
        && network.ipamDriver() == null
        && network.ipamOptions().isEmpty()
        && !network.withoutIpv4();
  }

  /**
   * @param made the network as the engine shows it
   * @param body what it was made from
   * @return what it is to be made from now; the same where the engine names no subnet
   */
  static ObjectNode body(JsonNode made, ObjectNode body) {
    ArrayNode subnets = JsonNodeFactory.instance.arrayNode();
    for (JsonNode config : made.path("IPAM").path("Config")) {
      if (!config.path("Subnet").asText().isEmpty()) {
        ObjectNode subnet = subnets.addObject().put("Subnet", config.path("Subnet").asText());
        if (!config.path("Gateway").asText().isEmpty()) {
          subnet.put("Gateway", config.path("Gateway").asText());
        }
      }
    }
    ObjectNode chosen = body.deepCopy();
    if (!subnets.isEmpty()) {
      chosen.withObject("/IPAM").put("Driver", "default").set("Config", subnets);
      chosen.withObject("/Labels").put(Labels.SUBNET, subnets.path(0).path("Subnet").asText());
    }
    return chosen;
  }
}
