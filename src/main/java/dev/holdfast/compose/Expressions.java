package dev.holdfast.compose;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Regular expressions of a source, in the language of RE2: matching takes time in proportion to the
 * text, whatever is written. Counted repetitions are unrolled when they are compiled, so their
 * product is bounded too.
 */
final class Expressions {
  private static final int LONGEST = 500;
  private static final int MOST_REPEATED = 1_000;
  private static final java.util.regex.Pattern COUNTED =
      java.util.regex.Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?\\}");

  private Expressions() {}

  /** Null where there is none, or none that can be used. */
  static @Nullable String read(Fields fields, String key) {
    String text = fields.text(key);
    if (text == null) {
      return null;
    }
    if (text.length() > LONGEST || repeated(text) > MOST_REPEATED) {
      fields.error(
          key,
          "is an expression of more than "
              + LONGEST
              + " characters, or repeats more than "
              + MOST_REPEATED
              + " times by {…}; make it simpler");
      return null;
    }
    try {
      Pattern.compile(text);
      return text;
    } catch (PatternSyntaxException e) {
      fields.error(
          key,
          "is no expression in RE2's language: "
              + e.getDescription().replaceAll("\\p{Cntrl}", "?"));
      return null;
    }
  }

  private static long repeated(String text) {
    long product = 1;
    Matcher counted = COUNTED.matcher(text);
    while (counted.find() && product <= MOST_REPEATED) {
      String most = counted.group(2);
      long times = Long.parseLong(most == null || most.isEmpty() ? counted.group(1) : most);
      product *= Math.max(1, times);
    }
    return product;
  }
}
