package dev.holdfast.compose;

import static dev.holdfast.compose.Loading.api;
import static dev.holdfast.compose.Loading.problems;
import static dev.holdfast.compose.Loading.service;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtraHostsTest {
  @Test
  void readsListsAndMaps() {
    assertThat(
            api("extra_hosts: ['a:10.0.0.1', 'b=::1', 'c=[fd00::1]', 'd:::1',"
                    + " host.docker.internal:host-gateway, 'a:10.0.0.1']")
                .container()
                .extraHosts())
        .containsExactly(
            "a:10.0.0.1", "b:::1", "c:fd00::1", "d:::1", "host.docker.internal:host-gateway");
    assertThat(api("extra_hosts: {a: 10.0.0.1, b: [10.0.0.2, '::1']}").container().extraHosts())
        .containsExactly("a:10.0.0.1", "b:10.0.0.2", "b:::1");
    assertThat(api("extra_hosts: []").container()).isEqualTo(api("").container());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[a]",
        "['a:']",
        "[':10.0.0.1']",
        "['a:b']",
        "['a:10.0.0.256']",
        "['a b:10.0.0.1']",
        "[\"a:10.0.0.1\\n10.0.0.2 b\"]",
        "[\"a\\n:10.0.0.1\"]",
        "{a: {b: c}}",
        "{a: }",
        "[[a]]"
      })
  void refusesWhatIsNoHostAndAddress(String written) {
    assertThat(problems(service("extra_hosts: " + written)))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:4:")
        .contains("services.api.extra_hosts takes host=address");
  }
}
