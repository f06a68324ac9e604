package dev.holdfast.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Times as people say them. */
final class Ages {
  private Ages() {}

  /**
   * How long ago, in its largest unit: {@code 42s}, {@code 5m}, {@code 3h}, {@code 12d}; empty for
   * no time.
   */
  static String since(String time, Instant now) {
    try {
      return time.isEmpty() ? "" : largest(Duration.between(Instant.parse(time), now));
    } catch (DateTimeParseException e) {
      return "?";
    }
  }

  /**
   * How long something took, to the second or better: {@code 0.4s}, {@code 42s}, {@code 3m07s};
   * empty while it runs.
   */
  static String took(String from, String to) {
    try {
      return from.isEmpty() || to.isEmpty()
          ? ""
          : exact(Duration.between(Instant.parse(from), Instant.parse(to)));
    } catch (DateTimeParseException e) {
      return "?";
    }
  }

  private static String largest(Duration age) {
    // A clock that was set back is no reason to show a negative age.
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) {
      return seconds + "s";
    }
    if (seconds < 2 * 3600) {
      return seconds / 60 + "m";
    }
    return seconds < 48 * 3600 ? seconds / 3600 + "h" : seconds / 86400 + "d";
  }

  private static String exact(Duration took) {
    if (took.toMillis() < 10_000) {
      return String.format(Locale.ROOT, "%.1fs", Math.max(0, took.toMillis()) / 1000.0);
    }
    return took.toSeconds() < 60
        ? took.toSeconds() + "s"
        : String.format(Locale.ROOT, "%dm%02ds", took.toMinutes(), took.toSecondsPart());
  }
}
