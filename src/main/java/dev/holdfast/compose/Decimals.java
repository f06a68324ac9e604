package dev.holdfast.compose;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A decimal number, kept as written. */
final class Decimals {
  private static final int LONGEST = 40;

  private Decimals() {}

  /** Null, with a problem unless it is not there at all, where it is no number. */
  static @Nullable String read(Fields fields, String key) {
    String text = fields.text(key);
    try {
      if (text != null && text.length() > LONGEST) {
        throw new NumberFormatException();
      }
      if (text != null) {
        new BigDecimal(text);
      }
      return text;
    } catch (NumberFormatException e) {
      fields.error(key, "must be a number such as 0.05");
      return null;
    }
  }
}
