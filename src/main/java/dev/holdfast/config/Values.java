package dev.holdfast.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text to value; the message of each {@link IllegalArgumentException} reads on from the text. */
final class Values {
  private static final Pattern DURATION =
      Pattern.compile(
          "(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,6})s)?(?:(\\d{1,9})ms)?");

  /** In milliseconds. To multiply a Duration makes Java prepare its decimals: 20 ms of a start. */
  private static final List<Long> UNITS = List.of(86_400_000L, 3_600_000L, 60_000L, 1000L, 1L);

  private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final int LONGEST_SOCKET = 107;

  private Values() {}

  static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("is neither true nor false");
    };
  }

  static Function<String, Integer> number(int least, int most) {
    return text -> {
      if (!text.matches("[0-9]{1,9}")
          || Integer.parseInt(text) < least
          || Integer.parseInt(text) > most) {
        throw new IllegalArgumentException("is not a whole number from " + least + " to " + most);
      }
      return Integer.parseInt(text);
    };
  }

  static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches() || text.isEmpty()) {
      throw new IllegalArgumentException(
          "is not a duration; write it as 500ms, 30s, 5m, 1h30m or 365d");
    }
    long millis = 0;
    for (int unit = 0; unit < UNITS.size(); unit++) {
      String count = matcher.group(unit + 1);
      millis += count == null ? 0 : UNITS.get(unit) * Long.parseLong(count);
    }
    return Duration.ofMillis(millis);
  }

  static Function<String, Duration> duration(Duration least, String leastText) {
    return text -> {
      Duration duration = duration(text);
      if (duration.compareTo(least) < 0) {
        throw new IllegalArgumentException("is too short; the least is " + leastText);
      }
      return duration;
    };
  }

  static Path absolutePath(String text) {
    Path path = path(text);
    if (!path.isAbsolute() || !path.equals(path.normalize())) {
      throw new IllegalArgumentException("is not an absolute path without '.' and '..'");
    }
    return path;
  }

  static Path socketPath(String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET) {
      throw new IllegalArgumentException(
          "is longer than the " + LONGEST_SOCKET + " bytes that a socket's path may have");
    }
    return absolutePath(text);
  }

  /** A path inside of the source, without {@code .} segments; the source's root is empty. */
  static String sourcePath(String text) {
    Path path = path(text).normalize();
    if (path.isAbsolute() || path.startsWith("..")) {
      throw new IllegalArgumentException("is not a relative path inside of the source");
    }
    return path.toString();
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("is not a path", e);
    }
  }

  static String variable(String text) {
    return require(VARIABLE, text, "is not the name of a variable");
  }

  static String require(Pattern pattern, String text, String message) {
    if (!pattern.matcher(text).matches()) {
      throw new IllegalArgumentException(message);
    }
    return text;
  }

  static LocalTime time(String text) {
    return LocalTime.parse(require(TIME, text, "is not a time of day; write it as \"09:00\""));
  }

  static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("is not a time zone; write it as Europe/Berlin or UTC", e);
    }
  }

  /** One of an enum's constants, written in lower case with hyphens. */
  static <E extends Enum<E>> Function<String, E> oneOf(Class<E> type) {
    List<String> words =
        Arrays.stream(type.getEnumConstants())
            .map(e -> e.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .toList();
    return text -> {
      int index = words.indexOf(text);
      if (index < 0) {
        throw new IllegalArgumentException(
            "is not one of " + String.join(", ", words) + Closest.hint(text, words));
      }
      return type.getEnumConstants()[index];
    };
  }
}
