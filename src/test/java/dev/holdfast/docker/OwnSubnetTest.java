package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.model.NetworkSpec;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OwnSubnetTest {
  private static final NetworkSpec PLAIN = NetworkSpec.plain("default", "shop_default");

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }

  private static ObjectNode body() {
    return ProjectResources.body("shop", PLAIN);
  }

  private static NetworkSpec with(String driver, List<NetworkSpec.Subnet> subnets) {
    return new NetworkSpec(
        PLAIN.key(),
        PLAIN.name(),
        false,
        driver,
        PLAIN.driverOptions(),
        false,
        false,
        null,
        null,
        subnets,
        PLAIN.labels(),
        false,
        new TreeMap<>());
  }

  @Test
  void whatTheEnginePickedIsAskedForByName() throws Exception {
    ObjectNode chosen =
        OwnSubnet.body(
            json(
                "{'IPAM': {'Config': [{'Subnet': '172.18.0.0/16', 'Gateway': '172.18.0.1'},"
                    + " {'Subnet': 'fd00::/64'}]}}"),
            body());
    assertThat(chosen.path("IPAM").path("Config"))
        .isEqualTo(
            json(
                "[{'Subnet': '172.18.0.0/16', 'Gateway': '172.18.0.1'}, {'Subnet': 'fd00::/64'}]"));
    assertThat(chosen.path("Labels").path("dev.holdfast.subnet").asText())
        .isEqualTo("172.18.0.0/16");
    assertThat(OwnSubnet.isChosen(chosen)).isTrue();
    assertThat(chosen.path("Name")).isEqualTo(body().path("Name"));
  }

  @Test
  void whereItNamesNoneNothingIsMadeAgain() throws Exception {
    assertThat(OwnSubnet.body(json("{'IPAM': {'Config': []}}"), body())).isEqualTo(body());
    assertThat(OwnSubnet.body(json("{'IPAM': {'Config': null}}"), body())).isEqualTo(body());
    assertThat(OwnSubnet.isChosen(body())).isFalse();
  }

  @Test
  void whatTheComposeFileSaysAboutAddressesStays() {
    NetworkSpec.Subnet own = new NetworkSpec.Subnet("10.1.0.0/24", null, null, new TreeMap<>());
    assertThat(OwnSubnet.isWorthwhile(PLAIN)).isTrue();
    assertThat(OwnSubnet.isWorthwhile(with("bridge", List.of()))).isTrue();
    assertThat(OwnSubnet.isWorthwhile(with("overlay", List.of()))).isFalse();
    assertThat(OwnSubnet.isWorthwhile(with(null, List.of(own)))).isFalse();
  }
}
