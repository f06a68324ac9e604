package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.Usage;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** The engine's account of a container's use, counted as {@code docker stats} does. */
final class UsageMapper {
  private UsageMapper() {}

  /** Empty for one that does not run: the engine then answers with zeros and no time. */
  static Optional<Usage> map(JsonNode stats) {
    JsonNode memory = stats.path("memory_stats");
    if (!memory.path("usage").isNumber()) {
      return Optional.empty();
    }
    // Pages of files that nobody uses now: `inactive_file` with cgroup v2, `total_…` with v1.
    JsonNode details = memory.path("stats");
    long droppable =
        details.path("total_inactive_file").asLong(details.path("inactive_file").asLong());
    long used = memory.path("usage").asLong();
    long cpu = stats.path("cpu_stats").path("cpu_usage").path("total_usage").asLong();
    try {
      Instant at = Instant.parse(stats.path("read").asText());
      return Optional.of(new Usage(at, cpu, droppable < used ? used - droppable : used));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
