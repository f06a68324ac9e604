package dev.holdfast.git;

import java.util.List;
import java.util.regex.Pattern;

/** Takes secrets and terminal control out of what git and remotes print. */
final class Masking {
  private static final Pattern USER_INFO = Pattern.compile("://[^\\s'\"]*@");
  private static final int MAX_LINE = 300;

  private Masking() {}

  static String urls(String text) {
    return USER_INFO.matcher(text).replaceAll("://***@");
  }

  static String line(String text, List<String> secrets) {
    String masked = text;
    for (String secret : secrets) {
      if (!secret.isEmpty()) {
        masked = masked.replace(secret, "***");
      }
    }
    masked = urls(masked).replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ").strip();
    return masked.length() > MAX_LINE ? masked.substring(0, MAX_LINE) + "…" : masked;
  }
}
