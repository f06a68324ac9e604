package dev.holdfast.compose;

import static dev.holdfast.compose.Loading.api;
import static dev.holdfast.compose.Loading.problems;
import static dev.holdfast.compose.Loading.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.PortMapping;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {
  private static List<PortMapping> ports(String lines) {
    return api(lines).container().ports();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "80,-,-,80,tcp",
        "8080:80,-,8080,80,tcp",
        "8080:80/udp,-,8080,80,udp",
        "8080:80/TCP,-,8080,80,tcp",
        "127.0.0.1:8080:80,127.0.0.1,8080,80,tcp",
        "127.0.0.1::80,127.0.0.1,-,80,tcp",
        "[::1]:8080:80,::1,8080,80,tcp",
        "0.0.0.0:53:53/udp,0.0.0.0,53,53,udp",
        "8000-8010:80,-,8000-8010,80,tcp",
        "132:132/sctp,-,132,132,sctp",
        ":80,-,-,80,tcp",
        "0:80,-,-,80,tcp",
        "22:22,-,22,22,tcp",
        "3000-3000:80,-,3000,80,tcp"
      })
  void readsTheShortForm(
      String written,
      @Nullable String ip,
      @Nullable String published,
      int target,
      String protocol) {
    assertThat(ports("ports: [\"" + written + "\"]"))
        .containsExactly(new PortMapping(ip, published, target, protocol));
  }

  @Test
  void readsPlainNumbersAndPairsThatYaml11WouldTakeForTime() {
    assertThat(ports("ports:\n  - 80\n  - 22:22\n  - 3000:3000"))
        .containsExactly(
            new PortMapping(null, null, 80, "tcp"),
            new PortMapping(null, "22", 22, "tcp"),
            new PortMapping(null, "3000", 3000, "tcp"));
  }

  @Test
  void pairsRangesOfOneLength() {
    assertThat(ports("ports: ['8000-8002:9000-9002', '3000-3001']"))
        .extracting(PortMapping::published, PortMapping::target)
        .containsExactly(
            tuple("8000", 9000),
            tuple("8001", 9001),
            tuple("8002", 9002),
            tuple(null, 3000),
            tuple(null, 3001));
  }

  private static org.assertj.core.groups.Tuple tuple(@Nullable Object... values) {
    return org.assertj.core.groups.Tuple.tuple(values);
  }

  @Test
  void readsTheLongForm() {
    assertThat(
            ports(
                "ports:\n"
                    + "  - {target: 80, published: '8080', host_ip: 127.0.0.1, protocol: udp, mode:"
                    + " host, name: web, app_protocol: http}\n"
                    + "  - {target: 81}\n"
                    + "  - {target: 82, published: 9000-9010}"))
        .containsExactly(
            new PortMapping("127.0.0.1", "8080", 80, "udp"),
            new PortMapping(null, null, 81, "tcp"),
            new PortMapping(null, "9000-9010", 82, "tcp"));
  }

  @Test
  void readsAfterInterpolationAndCountsADoubledMappingOnce() {
    assertThat(
            api(
                    "ports: ['${IP:-127.0.0.1}:${PORT}:80', '127.0.0.1:8080:80']",
                    Map.of("PORT", "8080"))
                .container()
                .ports())
        .containsExactly(new PortMapping("127.0.0.1", "8080", 80, "tcp"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "80:b",
        "0",
        "65536",
        "99999999999",
        "80:0",
        "8010-8000:80-90",
        "8000-8010:80-85",
        "80/icmp",
        "1.2.3:80:80",
        "host:80:80",
        "1:2:3:4",
        "80:80:80:80",
        "127.0.0.1:80",
        "80:",
        "-80",
        "80 80"
      })
  void refusesWhatIsNoMapping(String written) {
    assertThat(problems(service("ports: [\"" + written + "\"]")))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:4:13: services.api.ports[0]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{target: 80, published: x}|ports[0].published is not a port or a range",
        "{target: 80, protocol: icmp}|the protocol must be tcp, udp or sctp",
        "{target: 80, host_ip: here}|the host's address must be an IP address",
        "{target: 0}|is not a whole number from 1 to 65535",
        "{}|ports[0].target is missing",
        "{target: 80, publishd: 80}|is not a known key"
      })
  void refusesALongFormThatIsNoMapping(String written, String reason) {
    assertThat(problems(service("ports: [" + written + "]")))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:4:")
        .contains(reason);
  }

  @Test
  void publishesTwoThousandPortsAndNoMore() {
    assertThat(ports("ports: ['1-1999', '5000:5000']")).hasSize(2000);
    assertThat(problems(service("ports: ['1-1999', '5000:5000', '5001:5001']")))
        .singleElement()
        .asString()
        .contains("publishes more than 2000 ports; use network_mode: host");
    assertThat(ports("ports: ['65535:65535']")).hasSize(1);
  }

  @Test
  void refusesTwoServicesOnOnePortAndSaysWhich() {
    assertThat(
            problems(
                "services:\n"
                    + "  a: {image: i, ports: ['80:80']}\n"
                    + "  b: {image: i, ports: ['80:8080']}\n"))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:3:")
        .contains("services.b.ports takes the same as services.a does");
  }

  @Test
  void readsExposeAsTexts() {
    assertThat(api("expose: [3000, '8000-8010', 53/udp, 3000]").container().expose())
        .containsExactly("3000", "8000-8010", "53/udp");
    assertThat(problems(service("expose: [http]")))
        .singleElement()
        .asString()
        .contains("services.api.expose takes ports");
  }
}
