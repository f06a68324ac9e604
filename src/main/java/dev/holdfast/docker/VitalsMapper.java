package dev.holdfast.docker;

import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.HealthStateLog;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.HealthCheck;
import dev.holdfast.model.Checkup;
import dev.holdfast.model.Vitals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The healthcheck that is in force and its last runs, with the engine's defaults for what is 0. */
final class VitalsMapper {
  private static final Duration DEFAULT = Duration.ofSeconds(30);
  private static final int DEFAULT_RETRIES = 3;
  private static final int LONGEST_OUTPUT = 500;

  private VitalsMapper() {}

  static Vitals map(InspectContainerResponse inspected) {
    InspectContainerResponse.ContainerState state = inspected.getState();
    return new Vitals(
        checkup(inspected),
        ObservedMapper.instant(state.getStartedAt()),
        ObservedMapper.instant(state.getFinishedAt()));
  }

  private static @Nullable Checkup checkup(InspectContainerResponse inspected) {
    HealthState health = inspected.getState().getHealth();
    if (health == null) {
      return null;
    }
    HealthCheck check =
        inspected.getConfig() == null ? null : inspected.getConfig().getHealthcheck();
    return check == null
        ? new Checkup(List.of(), DEFAULT, DEFAULT, Duration.ZERO, DEFAULT_RETRIES, runs(health))
        : new Checkup(
            command(check.getTest()),
            duration(check.getInterval(), DEFAULT),
            duration(check.getTimeout(), DEFAULT),
            duration(check.getStartPeriod(), Duration.ZERO),
            check.getRetries() == null || check.getRetries() <= 0
                ? DEFAULT_RETRIES
                : check.getRetries(),
            runs(health));
  }

  private static Duration duration(@Nullable Long nanos, Duration fallback) {
    return nanos == null || nanos <= 0 ? fallback : Duration.ofNanos(nanos);
  }

  /** As the engine runs it; an image's own SHELL is not told apart from the usual one here. */
  private static List<String> command(@Nullable List<String> test) {
    if (test == null || test.size() < 2) {
      return List.of();
    }
    return switch (test.getFirst()) {
      case "CMD" -> test.subList(1, test.size());
      case "CMD-SHELL" -> List.of("/bin/sh", "-c", test.get(1));
      default -> List.of();
    };
  }

  private static List<Checkup.Run> runs(HealthState health) {
    List<Checkup.Run> runs = new ArrayList<>();
    List<HealthStateLog> log = health.getLog() == null ? List.of() : health.getLog();
    for (HealthStateLog entry : log) {
      Instant end = ObservedMapper.instant(entry.getEnd());
      if (end != null) {
        String output = Objects.requireNonNullElse(entry.getOutput(), "");
        runs.add(
            new Checkup.Run(
                end,
                entry.getExitCodeLong() == null ? -1 : entry.getExitCodeLong().intValue(),
                output.length() > LONGEST_OUTPUT ? output.substring(0, LONGEST_OUTPUT) : output));
      }
    }
    return runs;
  }
}
