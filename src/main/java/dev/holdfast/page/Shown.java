package dev.holdfast.page;

import dev.holdfast.report.Unseen;

/**
 * Text of containers, commits and registries made fit to be looked at. Colours and the like of
 * terminals are taken out; every other character that nobody can see, or that turns the direction
 * of writing, is shown as a sign, so that a line says what it says.
 */
final class Shown {
  private static final int LONGEST = 96 << 10;

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
      int sequence = Unseen.sequence(text, i);
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
    } else if (Unseen.is(c)) {
      out.append("⟨U+").append(String.format("%04X", c)).append('⟩');
    } else {
      out.appendCodePoint(c);
    }
  }
}
