package dev.holdfast.docker;

import java.time.Duration;

/** Durations and ids as people read them in messages. */
final class Texts {
  private static final int SHORT_ID = 12;

  private Texts() {}

  static String of(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }

  static String id(String id) {
    return id.length() > SHORT_ID && id.matches("[0-9a-f]{64}") ? id.substring(0, SHORT_ID) : id;
  }
}
