package dev.holdfast.compose;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The backslash escapes of a double-quoted value in an env file; those that are not known stay as
 * they are.
 */
final class DotEnvEscapes {
  private static final Pattern ESCAPE = Pattern.compile("\\\\(?:[abcfnrtv$\"\\\\]|0[0-7]{0,3})");

  private DotEnvEscapes() {}

  /** An escaped dollar becomes two, which the expansion that follows turns into one. */
  static String unescape(String value) {
    return ESCAPE
        .matcher(value)
        .replaceAll(match -> Matcher.quoteReplacement(unescaped(match.group().substring(1))));
  }

  private static String unescaped(String escape) {
    return switch (escape.charAt(0)) {
      case 'a' -> "\u0007";
      case 'b' -> "\b";
      case 'f' -> "\f";
      case 'n' -> "\n";
      case 'r' -> "\r";
      case 't' -> "\t";
      case 'v' -> "\u000B";
      case '$' -> "$$";
      case '0' ->
          escape.length() == 4
              ? String.valueOf((char) (Integer.parseInt(escape, 8) & 0xFF))
              : "\\" + escape;
      case 'c' -> "\\c";
      default -> escape;
    };
  }
}
