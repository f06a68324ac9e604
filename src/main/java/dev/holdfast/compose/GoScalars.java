package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Style;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How go-yaml, which compose reads files with, understands a plain scalar, and how Go then prints
 * it: {@code 1.10} becomes 1.1, {@code 022} becomes 18 (octal, though YAML 1.2 dropped it), {@code
 * 1e3} becomes 1000. {@code yes}, {@code on} and {@code 12:34} are text.
 */
final class GoScalars {
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> TRUES = Set.of("true", "True", "TRUE");
  private static final Set<String> FALSES = Set.of("false", "False", "FALSE");
  private static final Set<String> INFINITE =
      Set.of(".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF");
  private static final Set<String> MINUS_INFINITE = Set.of("-.inf", "-.Inf", "-.INF");
  private static final Set<String> NOT_A_NUMBER = Set.of(".nan", ".NaN", ".NAN");
  private static final Pattern INTEGER =
      Pattern.compile(
          "([-+]?)(?:0[xX](?<hex>[0-9a-fA-F]+)|0[bB](?<bin>[01]+)|0[oO]?(?<oct>[0-7]+)|(?<dec>0|[1-9][0-9]*))");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?");
  private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
  private static final int LONGEST_NUMBER = 400;
  private static final int LOWEST_PLAIN = -4;
  private static final int HIGHEST_PLAIN = 5;

  private GoScalars() {}

  static boolean isNull(Value value) {
    return value instanceof Scalar scalar
        && scalar.style() == Style.PLAIN
        && NULLS.contains(scalar.text());
  }

  /** A scalar as the text that compose makes of it for a variable, a label or an option. */
  static String format(Scalar scalar) {
    return scalar.style() == Style.PLAIN ? format(scalar.text()) : scalar.text();
  }

  /** True where a plain scalar is something else than text: a number, a boolean, null. */
  static boolean isTyped(String plain) {
    return NULLS.contains(plain)
        || bool(plain).isPresent()
        || integer(plain).isPresent()
        || real(plain).isPresent();
  }

  static Optional<Boolean> bool(String plain) {
    if (TRUES.contains(plain)) {
      return Optional.of(true);
    }
    return FALSES.contains(plain) ? Optional.of(false) : Optional.empty();
  }

  static Optional<BigInteger> integer(String plain) {
    if (plain.length() > LONGEST_NUMBER || plain.startsWith("_")) {
      return Optional.empty();
    }
    Matcher matcher = INTEGER.matcher(plain.replace("_", ""));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    BigInteger magnitude = magnitude(matcher);
    BigInteger value = matcher.group(1).equals("-") ? magnitude.negate() : magnitude;
    return value.compareTo(MIN) < 0 || value.compareTo(MAX) > 0
        ? Optional.empty()
        : Optional.of(value);
  }

  private static BigInteger magnitude(Matcher matcher) {
    if (matcher.group("hex") != null) {
      return new BigInteger(matcher.group("hex"), 16);
    }
    if (matcher.group("bin") != null) {
      return new BigInteger(matcher.group("bin"), 2);
    }
    return matcher.group("oct") != null
        ? new BigInteger(matcher.group("oct"), 8)
        : new BigInteger(matcher.group("dec"));
  }

  private static Optional<Double> real(String plain) {
    if (INFINITE.contains(plain)) {
      return Optional.of(Double.POSITIVE_INFINITY);
    }
    if (MINUS_INFINITE.contains(plain)) {
      return Optional.of(Double.NEGATIVE_INFINITY);
    }
    if (NOT_A_NUMBER.contains(plain)) {
      return Optional.of(Double.NaN);
    }
    String digits = plain.replace("_", "");
    if (plain.length() > LONGEST_NUMBER
        || plain.startsWith("_")
        || !FLOAT.matcher(digits).matches()) {
      return Optional.empty();
    }
    double value = Double.parseDouble(digits);
    return Double.isInfinite(value) ? Optional.empty() : Optional.of(value);
  }

  private static String format(String plain) {
    return bool(plain)
        .map(String::valueOf)
        .or(() -> integer(plain).map(BigInteger::toString))
        .or(() -> real(plain).map(GoScalars::formatReal))
        .orElse(plain);
  }

  /**
   * Go's {@code %v}: the shortest digits that read back the same, with an exponent below -4 and
   * from 6 on (1e6 becomes 1e+06).
   */
  private static String formatReal(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    return exponent < LOWEST_PLAIN || exponent > HIGHEST_PLAIN
        ? scientific(shortest, exponent)
        : shortest.toPlainString();
  }

  private static String scientific(BigDecimal value, int exponent) {
    String digits = value.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    String sign = value.signum() < 0 ? "-" : "";
    return String.format(
        Locale.ROOT, "%s%se%s%02d", sign, mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
