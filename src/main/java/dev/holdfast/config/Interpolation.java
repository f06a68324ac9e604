package dev.holdfast.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A variable in braces after a dollar sign, with or without {@code :-default}. Two dollar signs
 * before the brace are one that is meant literally, and any other dollar sign stands for itself.
 */
final class Interpolation {
  private static final Pattern REFERENCE = Pattern.compile("\\$?\\$\\{([^}]*)}?");
  private static final Pattern BODY =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(:-(.*))?", Pattern.DOTALL);

  private Interpolation() {}

  /**
   * @throws IllegalArgumentException when a variable is not set or its form is not known
   */
  static String apply(String text, Map<String, String> environment) {
    StringBuilder out = new StringBuilder();
    Matcher matcher = REFERENCE.matcher(text);
    while (matcher.find()) {
      matcher.appendReplacement(out, Matcher.quoteReplacement(value(matcher.group(), environment)));
    }
    return matcher.appendTail(out).toString();
  }

  private static String value(String reference, Map<String, String> environment) {
    if (reference.startsWith("$$")) {
      return reference.substring(1);
    }
    Matcher body = BODY.matcher(reference.substring(2).replaceFirst("}$", ""));
    if (!reference.endsWith("}") || !body.matches() || reference.indexOf("${", 2) >= 0) {
      throw new IllegalArgumentException(
          "holds a reference that is not known; write ${VAR} or ${VAR:-default}, and $${ for a"
              + " plain ${");
    }
    String value = environment.get(body.group(1));
    boolean hasDefault = body.group(2) != null;
    if (value == null && !hasDefault) {
      throw new IllegalArgumentException(
          "needs the variable "
              + body.group(1)
              + ", which is not set; set it in the agent's environment or write ${"
              + body.group(1)
              + ":-default}");
    }
    return value == null || (hasDefault && value.isEmpty()) ? String.valueOf(body.group(3)) : value;
  }
}
