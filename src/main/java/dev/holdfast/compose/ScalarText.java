package dev.holdfast.compose;

import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/** How a text is written so that every YAML reader, of 1.1 or 1.2, reads the same text back. */
final class ScalarText {
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9^~](?:[A-Za-z0-9._/@:+^~-]*[A-Za-z0-9._/@+^~-])?");
  private static final Pattern TYPED_ELSEWHERE =
      Pattern.compile(
          "(?i)y|n|yes|no|on|off|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|[-+]?[0-9][0-9_]*(?::[0-9]+)+(?:\\.[0-9]*)?");

  private ScalarText() {}

  static String render(String value, ScalarStyle style) {
    if (style == ScalarStyle.SINGLE_QUOTED) {
      return "'" + value.replace("'", "''") + "'";
    }
    return style == ScalarStyle.PLAIN && isPlain(value)
        ? value
        : "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static boolean isPlain(String value) {
    return PLAIN.matcher(value).matches()
        && !GoScalars.isTyped(value)
        && !TYPED_ELSEWHERE.matcher(value).matches();
  }
}
