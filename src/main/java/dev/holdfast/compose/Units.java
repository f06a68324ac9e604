package dev.holdfast.compose;

import java.math.BigInteger;
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
  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);
  private static final int PLACES = 9;
  private static final BigInteger BILLION = BigInteger.valueOf(1_000_000_000);
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
    BigInteger sum = BigInteger.ZERO;
    Matcher part = DURATION_PART.matcher(text);
    while (part.find()) {
      long unit = NANOS.getOrDefault(part.group(2), 0L);
      sum = sum.add(billionths(part.group(1)).multiply(BigInteger.valueOf(unit)));
    }
    return whole(sum).map(Duration::ofNanos);
  }

  /** Bytes; every unit is a power of 1024, so {@code 1GB} is 1073741824. */
  static Optional<Long> bytes(String text) {
    Matcher matcher = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int power = matcher.group(2).isEmpty() ? 0 : "kmgtp".indexOf(matcher.group(2)) + 1;
    return whole(billionths(matcher.group(1)).shiftLeft(10 * power));
  }

  /** Billionths of a processor. */
  static Optional<Long> nanoCpus(String text) {
    return DECIMAL.matcher(text).matches()
        ? Optional.of(billionths(text).longValue())
        : Optional.empty();
  }

  /**
   * Of a decimal with up to nine places. Java's own decimals would do; to prepare them takes it 20
   * milliseconds of a start.
   */
  private static BigInteger billionths(String decimal) {
    int point = decimal.indexOf('.');
    String whole = point < 0 ? decimal : decimal.substring(0, point);
    String places = point < 0 ? "" : decimal.substring(point + 1);
    return new BigInteger("0" + whole + places + "0".repeat(PLACES - places.length()));
  }

  private static Optional<Long> whole(BigInteger billionths) {
    BigInteger whole = billionths.divide(BILLION);
    return whole.compareTo(MOST) > 0 ? Optional.empty() : Optional.of(whole.longValue());
  }
}
