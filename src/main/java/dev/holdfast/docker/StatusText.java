package dev.holdfast.docker;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code docker ps} shows as a container's status: {@code Up 5 minutes (healthy)}, {@code
 * Exited (0) 2 hours ago}. From it follows how long, at the least, nothing has started or ended in
 * the container.
 */
final class StatusText {
  private static final Pattern UP = Pattern.compile("Up (.+?)(?: \\((?:[^()]*)\\))?");
  private static final Pattern EXITED = Pattern.compile("Exited \\((-?\\d+)\\) (.+) ago");
  private static final Pattern COUNTED =
      Pattern.compile("(\\d{1,6}) (seconds|minutes|hours|days|weeks|months|years)");
  private static final Pattern HEALTH =
      Pattern.compile(".*\\((?:health: )?(starting|healthy|unhealthy)\\)");

  private StatusText() {}

  /** A lower bound, with the engine's rounding taken off; empty where it cannot be told. */
  static Optional<Duration> unchangedFor(String status) {
    Matcher up = UP.matcher(status);
    if (up.matches()) {
      return atLeast(up.group(1));
    }
    Matcher exited = EXITED.matcher(status);
    return exited.matches() ? atLeast(exited.group(2)) : Optional.empty();
  }

  /** The exit status of what has ended, or "none". */
  static String exit(String status) {
    Matcher exited = EXITED.matcher(status);
    return exited.matches() ? exited.group(1) : "none";
  }

  /** The word in brackets, or "none". */
  static String health(String status) {
    Matcher matcher = HEALTH.matcher(status);
    return matcher.matches() ? matcher.group(1) : "none";
  }

  private static Optional<Duration> atLeast(String text) {
    if (text.equals("Less than a second")) {
      return Optional.of(Duration.ZERO);
    }
    if (text.equals("1 second")) {
      return Optional.of(Duration.ofSeconds(1));
    }
    if (text.equals("About a minute")) {
      return Optional.of(Duration.ofMinutes(1));
    }
    if (text.equals("About an hour")) {
      return Optional.of(Duration.ofHours(1));
    }
    Matcher counted = COUNTED.matcher(text);
    return counted.matches()
        ? Optional.of(unit(counted.group(2), Integer.parseInt(counted.group(1))))
        : Optional.empty();
  }

  /**
   * Beyond an hour the engine rounds to the nearest hour; half an hour less is on the safe side.
   */
  private static Duration unit(String unit, int count) {
    return switch (unit) {
      case "seconds" -> Duration.ofSeconds(count);
      case "minutes" -> Duration.ofMinutes(count);
      case "hours" -> Duration.ofHours(count).minusMinutes(30);
      default -> Duration.ofDays(count).minusMinutes(30);
    };
  }
}
