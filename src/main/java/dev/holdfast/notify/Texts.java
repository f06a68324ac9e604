package dev.holdfast.notify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Texts that came from containers, commits and registries, made fit for a message: no control
 * characters, nothing that turns the direction of what follows, and short.
 */
final class Texts {
  static final int TITLE = 200;
  static final int LINE = 300;
  static final int TEXT = 1_500;
  static final int LOG_LINES = 20;
  private static final String UNFIT = "[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\u2028\\u2029]+";
  private static final int ID_CHARACTERS = 24;

  private Texts() {}

  static String line(String text, int most) {
    // Cut before the pattern runs: a text may have megabytes.
    String head = text.length() > most * 4 ? text.substring(0, most * 4) : text;
    return cut(head.replaceAll(UNFIT, " ").strip(), most);
  }

  /** Line breaks stay. */
  static String lines(String text, int most) {
    String head = text.length() > most * 4 ? text.substring(0, most * 4) : text;
    String fit = String.join("\n", head.lines().map(line -> line.replaceAll(UNFIT, " ")).toList());
    return cut(fit.strip(), most);
  }

  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 2)) ? most - 2 : most - 1;
    return text.substring(0, end) + "…";
  }

  static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3600
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
  }

  /** The same for the same parts, and no other's. */
  static String id(String... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, ID_CHARACTERS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
