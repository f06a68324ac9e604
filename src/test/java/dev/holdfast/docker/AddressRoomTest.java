package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

/** The engine's rule: the lowest free address is the next. */
class AddressRoomTest {
  private static ObjectNode network(String subnet, String... taken) {
    ObjectNode network = JsonNodeFactory.instance.objectNode();
    network.putObject("IPAM").putArray("Config").addObject().put("Subnet", subnet);
    ObjectNode containers = network.putObject("Containers");
    for (String address : taken) {
      containers.putObject(address).put("IPv4Address", address + "/24").put("IPv6Address", "");
    }
    return network;
  }

  private static ObjectNode config(ObjectNode network) {
    return (ObjectNode) network.path("IPAM").path("Config").path(0);
  }

  @Test
  void givesBackWhatHasNothingFreeBelow() {
    AddressRoom room = AddressRoom.of(network("10.1.2.0/24", "10.1.2.2", "10.1.2.3"));
    assertThat(room.givesBack("10.1.2.2")).isTrue();
    assertThat(room.givesBack("10.1.2.3")).isTrue();
    assertThat(room.givesBack("10.1.2.4")).isTrue();
    assertThat(room.givesBack("10.1.2.5")).isFalse();
  }

  @Test
  void aLowerOneThatBecameFreeIsGivenFirst() {
    AddressRoom room = AddressRoom.of(network("10.1.2.0/24", "10.1.2.3", "10.1.2.4"));
    assertThat(room.givesBack("10.1.2.2")).isTrue();
    assertThat(room.givesBack("10.1.2.3")).isFalse();
    assertThat(room.givesBack("10.1.2.4")).isFalse();
  }

  @Test
  void theGatewayAndReservedAddressesAreTaken() {
    ObjectNode network = network("10.1.2.64/26", "10.1.2.65");
    config(network)
        .put("Gateway", "10.1.2.66")
        .putObject("AuxiliaryAddresses")
        .put("x", "10.1.2.67");
    assertThat(AddressRoom.of(network).givesBack("10.1.2.68")).isTrue();
    assertThat(AddressRoom.of(network).givesBack("10.1.2.69")).isFalse();
  }

  @Test
  void aRangeIsGivenFromItsOwnBeginning() {
    ObjectNode network = network("10.1.2.0/24");
    config(network).put("IPRange", "10.1.2.128/25");
    AddressRoom room = AddressRoom.of(network);
    assertThat(room.givesBack("10.1.2.128")).isTrue();
    assertThat(room.givesBack("10.1.2.129")).isFalse();
    assertThat(room.givesBack("10.1.2.2")).as("asked for, outside the range").isFalse();
  }

  @Test
  void aHugeNetworkCostsNothing() {
    assertThat(AddressRoom.of(network("10.0.0.0/8")).givesBack("10.200.0.1")).isFalse();
  }

  @Test
  void aNetworkWithoutIpv4HasNone() {
    assertThat(AddressRoom.of(network("fd00::/64"))).isNull();
    assertThat(AddressRoom.of(JsonNodeFactory.instance.objectNode())).isNull();
  }
}
