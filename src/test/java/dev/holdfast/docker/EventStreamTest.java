package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of the engine's lines are events of an app. */
class EventStreamTest {
  private static ContainerEvent event(String line) {
    return EventStream.event(line.getBytes(StandardCharsets.UTF_8));
  }

  private static String line(String action, String labels) {
    return "{\"Type\":\"container\",\"Action\":\"%s\",\"Actor\":{\"ID\":\"c1\",\"Attributes\":{%s}},\"timeNano\":1700000000123456789}"
        .formatted(action, labels);
  }

  private static final String SHOP = "\"com.docker.compose.project\":\"shop\"";

  @ParameterizedTest
  @ValueSource(strings = {"die", "destroy", "health_status: unhealthy", "pause", "rename"})
  void whatHappensToAnAppsContainerIsTold(String action) {
    assertThat(event(line(action, SHOP)))
        .isEqualTo(new ContainerEvent("shop", action, 1_700_000_000_123_456_789L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"exec_create: curl", "exec_start: x", "exec_die", "start", "create", "top", ""})
  void whatMeansNothingIsLeftOut(String action) {
    assertThat(event(line(action, SHOP))).isNull();
  }

  @Test
  void othersContainersAndMigrationsAreLeftOut() {
    assertThat(event(line("die", "\"x\":\"y\""))).isNull();
    assertThat(event(line("die", SHOP + ",\"com.docker.compose.oneoff\":\"True\""))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{}", "{\"Actor\":7}", "{half", "<html>"})
  void nonsenseIsNoEvent(String line) {
    assertThat(event(line)).isNull();
  }
}
