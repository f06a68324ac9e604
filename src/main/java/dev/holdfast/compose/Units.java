package dev.holdfast.compose;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations, sizes and fractions of processors as the Compose Specification writes them. */
final class Units {
  private static final Pattern DURATION =
      Pattern.compile("(?:[0-9]{1,12}(?:\\.[0-9]{0,9})?(?:ns|us|µs|μs|ms|s|m|h|d|w))+");
  private static final Pattern DURATION_PART = Pattern.compile("([0-9.]+)([a-zµμ]+)");
  private static final Pattern SIZE =
      Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?) ?([kmgtp]?)i?b?");
  private static final Pattern DECIMAL =
      Pattern.compile("[0-9]{1,9}(?:\\.[0-9]{0,9})?|\\.[0-9]{1,9}");
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns",
          1L,
          "us",
          1_000L,
          "µs",
          1_000L,
          "μs",
          1_000L,
          "ms",
          1_000_000L,
          "s",
          1_000_000_000L,
          "m",
          60_000_000_000L,
          "h",
          3_600_000_000_000L,
          "d",
          86_400_000_000_000L,
          "w",
          604_800_000_000_000L);

  private Units() {}

  /** {@code 1m30s}, {@code 500ms}, {@code 2d}; a bare number only where it is 0. */
  static Optional<Duration> duration(String text) {
    if (text.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    if (text.length() > 100 || !DURATION.matcher(text).matches()) {
      return Optional.empty();
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher part = DURATION_PART.matcher(text);
    while (part.find()) {
      long unit = NANOS.getOrDefault(part.group(2), 0L);
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
    }
    return nanos.compareTo(MOST) > 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanos.longValue()));
  }

  /** Bytes; every unit is a power of 1024, so {@code 1GB} is 1073741824. */
  static Optional<Long> bytes(String text) {
    Matcher matcher = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int power = matcher.group(2).isEmpty() ? 0 : "kmgtp".indexOf(matcher.group(2)) + 1;
    BigDecimal bytes =
        new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1024).pow(power));
    return bytes.compareTo(MOST) > 0 ? Optional.empty() : Optional.of(bytes.longValue());
  }

  /** Billionths of a processor. */
  static Optional<Long> nanoCpus(String text) {
    return DECIMAL.matcher(text).matches()
        ? Optional.of(new BigDecimal(text).movePointRight(9).longValue())
        : Optional.empty();
  }
}
