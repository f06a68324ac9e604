package dev.holdfast.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Compose healthcheck. What is null is inherited from the image's HEALTHCHECK, field by field.
 *
 * @param test starts with CMD, CMD-SHELL or NONE
 */
public record Healthcheck(
    @Nullable List<String> test,
    @Nullable Duration interval,
    @Nullable Duration timeout,
    @Nullable Duration startPeriod,
    @Nullable Duration startInterval,
    @Nullable Integer retries) {
  public Healthcheck {
    test = test == null ? null : List.copyOf(test);
  }

  public boolean disabled() {
    return test != null && test.equals(List.of("NONE"));
  }
}
