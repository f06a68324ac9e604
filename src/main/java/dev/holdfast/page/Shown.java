package dev.holdfast.page;

/**
 * Text of containers, commits and registries made fit to be looked at. Colours and the like of
 * terminals are taken out; every other character that nobody can see, or that turns the direction
 * of writing, is shown as a sign, so that a line says what it says.
 */
final class Shown {
  private static final int LONGEST = 96 << 10;
  private static final int ESCAPE = 0x1b;

  private Shown() {}

  /** Line breaks and tabs become blanks. */
  static String line(String text) {
    return clean(text, false);
  }

  static String lines(String text) {
    return clean(text, true);
  }

  private static String clean(String text, boolean keepLines) {
    int length = Math.min(text.length(), LONGEST);
    StringBuilder out = new StringBuilder(length);
    for (int i = 0; i < length; ) {
      int c = text.codePointAt(i);
      int sequence = c == ESCAPE ? sequence(text, i) : 0;
      i += sequence > 0 ? sequence : Character.charCount(c);
      if (sequence == 0) {
        append(c, keepLines, out);
      }
    }
    if (text.length() > length) {
      out.append("… (").append(text.length() - length).append(" more characters)");
    }
    return out.toString();
  }

  private static void append(int c, boolean keepLines, StringBuilder out) {
    if (c == '\n' || c == '\t') {
      out.appendCodePoint(keepLines ? c : ' ');
    } else if (c == '\r') {
      // Of a progress bar, or of a line's end elsewhere.
      out.append(keepLines ? "" : " ");
    } else if (isSeen(c)) {
      out.appendCodePoint(c);
    } else {
      out.append("⟨U+").append(String.format("%04X", c)).append('⟩');
    }
  }

  /** The length of a terminal's sequence for colours and the cursor, ECMA-48 §5.4; 0 for others. */
  private static int sequence(String text, int from) {
    if (from + 1 >= text.length() || text.charAt(from + 1) != '[') {
      return 0;
    }
    int at = from + 2;
    while (at < text.length() && text.charAt(at) >= 0x20 && text.charAt(at) <= 0x3f) {
      at++;
    }
    boolean ends = at < text.length() && text.charAt(at) >= 0x40 && text.charAt(at) <= 0x7e;
    return ends ? at + 1 - from : 0;
  }

  private static boolean isSeen(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
