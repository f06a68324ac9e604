package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import java.math.BigInteger;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Fields whose numbers are larger than an int, or mean -1 for "without limit". */
final class Numbers {
  private static final long MICRO = 1000;

  private Numbers() {}

  static @Nullable Long whole(Fields fields, String key, long min, long max) {
    Scalar scalar = fields.scalar(key);
    if (scalar == null || scalar.text().isEmpty()) {
      return null;
    }
    Optional<Long> value = whole(scalar.text(), min, max);
    if (value.isEmpty()) {
      fields.error(key, scalar.shown() + " is not a whole number from " + min + " to " + max);
    }
    return value.orElse(null);
  }

  static Optional<Long> whole(String text, long min, long max) {
    return GoScalars.integer(text)
        .filter(value -> value.compareTo(BigInteger.valueOf(min)) >= 0)
        .filter(value -> value.compareTo(BigInteger.valueOf(max)) <= 0)
        .map(BigInteger::longValueExact);
  }

  /** A size, or -1 for one without limit. */
  static @Nullable Long bytesOrUnlimited(Fields fields, String key) {
    Scalar scalar = fields.scalar(key);
    return scalar != null && scalar.text().equals("-1") ? Long.valueOf(-1) : fields.bytes(key);
  }

  /** A bare number of microseconds, or a duration with its unit. */
  static @Nullable Long microseconds(Fields fields, String key, long min) {
    Scalar scalar = fields.scalar(key);
    boolean bare = scalar != null && GoScalars.integer(scalar.text()).isPresent();
    if (scalar == null || scalar.text().isEmpty() || bare) {
      return whole(fields, key, min, Long.MAX_VALUE);
    }
    return Units.duration(scalar.text())
        .map(duration -> duration.toNanos() / MICRO)
        .orElseGet(
            () -> {
              fields.error(
                  key, scalar.shown() + " is neither microseconds nor a duration such as 100ms");
              return null;
            });
  }
}
