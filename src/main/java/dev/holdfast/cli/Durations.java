package dev.holdfast.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Durations as agent.yaml writes them: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h30m},
 * {@code 365d}.
 */
final class Durations implements ITypeConverter<Duration> {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m(?!s))?(?:(\\d{1,8})s)?(?:(\\d{1,9})ms)?");

  @Override
  public Duration convert(String text) {
    Matcher m = FORM.matcher(text);
    if (text.isEmpty() || !m.matches()) {
      throw new TypeConversionException("'" + text + "' is no duration such as 30s, 5m or 1h30m");
    }
    return Duration.ofDays(number(m, 1))
        .plusHours(number(m, 2))
        .plusMinutes(number(m, 3))
        .plusSeconds(number(m, 4))
        .plusMillis(number(m, 5));
  }

  static String text(Duration duration) {
    return duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  private static long number(Matcher matcher, int group) {
    return matcher.group(group) == null ? 0 : Long.parseLong(matcher.group(group));
  }
}
