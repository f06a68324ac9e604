package dev.holdfast.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.registry.Http.Request;
import dev.holdfast.registry.RegistryException.Unavailable;
import dev.holdfast.registry.Wire.Question;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WireTest {
  private final List<Integer> statuses = new ArrayList<>();
  private final Ticks ticks = Ticks.SYSTEM;
  private final Throttle throttle = new Throttle(ticks, new Random(1));
  private final Wire wire =
      new Wire(new Http(), throttle, (registry, status) -> statuses.add(status), ticks);

  private Question question(String base) {
    Endpoint endpoint = new Endpoint("registry.example", URI.create(base));
    return new Question("look up x", endpoint, "x", ticks.after(Duration.ofSeconds(10)));
  }

  private static Request get(String uri) {
    return new Request("GET", URI.create(uri), Map.of(), null, 100);
  }

  @Test
  void httpsIsNeverTradedForPlainHttp() throws IOException {
    try (FakeRegistry plain = new FakeRegistry()) {
      String https = "https://" + plain.name();
      assertThatThrownBy(() -> wire.send(question(https), get(https + "/v2/"), "registry.example"))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("TLS with registry.example failed")
          .hasMessageContaining("insecure: true");
      assertThat(plain.seen).isEmpty();
      assertThat(statuses).containsExactly(0);
    }
  }

  @Test
  void aNameWithoutAddressClosesTheWholeRegistryForAMoment() {
    String nowhere = "https://registry.invalid";
    assertThatThrownBy(() -> wire.send(question(nowhere), get(nowhere + "/v2/"), "registry.invalid"))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("no address in the DNS");
    assertThatThrownBy(() -> throttle.admit("registry.example", "anything"))
        .isInstanceOf(RegistryException.TryLater.class);
  }
}
