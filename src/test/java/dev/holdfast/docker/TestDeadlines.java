package dev.holdfast.docker;

import dev.holdfast.docker.DockerSettings.Deadlines;
import java.time.Duration;

/** Deadlines that a test can wait for. */
final class TestDeadlines {
  static final Deadlines QUICK =
      new Deadlines(
          Duration.ofSeconds(3),
          Duration.ofSeconds(4),
          Duration.ofSeconds(3),
          Duration.ofSeconds(2),
          Duration.ofSeconds(20));

  private TestDeadlines() {}
}
