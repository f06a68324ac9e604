package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.model.Usage;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's account as engines give it. */
class UsageMapperTest {
  @Test
  void memoryIsCountedAsDockerStatsDoes() throws IOException {
    String text =
        """
        {"read":"2026-11-20T12:00:00.5Z","cpu_stats":{"cpu_usage":{"total_usage":12345}},
         "memory_stats":{"usage":1000,"stats":{%s}}}
        """;
    Instant at = Instant.parse("2026-11-20T12:00:00.5Z");
    assertThat(map(text.formatted("\"inactive_file\":300"))).contains(new Usage(at, 12345, 700));
    assertThat(map(text.formatted("\"inactive_file\":1,\"total_inactive_file\":300")))
        .contains(new Usage(at, 12345, 700));
    assertThat(map(text.formatted("\"inactive_file\":3000"))).contains(new Usage(at, 12345, 1000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"read\":\"0001-01-01T00:00:00Z\",\"memory_stats\":{}}",
        "{\"read\":\"never\",\"memory_stats\":{\"usage\":1}}",
        "{\"read\":\"2026-11-20T12:00:00Z\",\"memory_stats\":{\"usage\":\"much\"}}"
      })
  void whatDoesNotRunHasNone(String stats) throws IOException {
    assertThat(map(stats)).isEmpty();
  }

  private static Optional<Usage> map(String stats) throws IOException {
    return UsageMapper.map(new JsonMapper().readTree(stats));
  }
}
