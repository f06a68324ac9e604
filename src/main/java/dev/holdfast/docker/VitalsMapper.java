package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.Checkup;
import dev.holdfast.model.Vitals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The healthcheck that is in force and its last runs, with the engine's defaults for what is 0. */
final class VitalsMapper {
  private static final Duration DEFAULT = Duration.ofSeconds(30);
  private static final int DEFAULT_RETRIES = 3;
  private static final int LONGEST_OUTPUT = 500;

  private VitalsMapper() {}

  static Vitals map(Inspected inspected) {
    JsonNode state = inspected.state();
    return new Vitals(
        checkup(inspected),
        ObservedMapper.instant(Json.text(state.path("StartedAt"))),
        ObservedMapper.instant(Json.text(state.path("FinishedAt"))));
  }

  private static @Nullable Checkup checkup(Inspected inspected) {
    JsonNode health = inspected.state().path("Health");
    if (!health.isObject()) {
      return null;
    }
    JsonNode check = inspected.json().path("Config").path("Healthcheck");
    int retries = check.path("Retries").asInt();
    return new Checkup(
        command(Json.texts(check.path("Test"))),
        duration(check.path("Interval"), DEFAULT),
        duration(check.path("Timeout"), DEFAULT),
        duration(check.path("StartPeriod"), Duration.ZERO),
        retries <= 0 ? DEFAULT_RETRIES : retries,
        runs(health));
  }

  private static Duration duration(JsonNode nanos, Duration fallback) {
    return nanos.asLong() <= 0 ? fallback : Duration.ofNanos(nanos.asLong());
  }

  /** As the engine runs it; an image's own SHELL is not told apart from the usual one here. */
  private static List<String> command(List<String> test) {
    if (test.size() < 2) {
      return List.of();
    }
    return switch (test.getFirst()) {
      case "CMD" -> test.subList(1, test.size());
      case "CMD-SHELL" -> List.of("/bin/sh", "-c", test.get(1));
      default -> List.of();
    };
  }

  private static List<Checkup.Run> runs(JsonNode health) {
    List<Checkup.Run> runs = new ArrayList<>();
    for (JsonNode entry : health.path("Log")) {
      Instant end = ObservedMapper.instant(Json.text(entry.path("End")));
      if (end != null) {
        String output = Json.text(entry.path("Output"));
        runs.add(
            new Checkup.Run(
                end,
                entry.path("ExitCode").asInt(-1),
                output.length() > LONGEST_OUTPUT ? output.substring(0, LONGEST_OUTPUT) : output));
      }
    }
    return runs;
  }
}
