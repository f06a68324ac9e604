package dev.holdfast.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Text from containers, git and registries made fit for a terminal: what moves the cursor, sets
 * titles, turns the direction of writing or hides itself is taken out, so that nobody's log line
 * can write over ours.
 */
final class Text {
  private Text() {}

  /** One line. */
  static String line(String text) {
    return clean(text.replace('\n', ' ').replace('\t', ' '), false);
  }

  /** Lines and tabs stay. */
  static String lines(String text) {
    return clean(text, true);
  }

  /** JSON in which such characters are written as escapes: the same value, and harmless. */
  static String json(String json) {
    StringBuilder out = new StringBuilder(json.length());
    json.codePoints()
        .forEach(
            c -> {
              if (c == '\n' || isHarmless(c)) {
                out.appendCodePoint(c);
              } else {
                Character.toString(c)
                    .chars()
                    .forEach(unit -> out.append(String.format("\\u%04x", unit)));
              }
            });
    return out.toString();
  }

  /**
   * Lines of at most so many characters, broken at blanks: a word that is longer stays whole, so
   * that it can be copied.
   *
   * @param indent of the lines after the first
   */
  static List<String> wrap(String line, int width, int indent) {
    List<String> lines = new ArrayList<>();
    String rest = line;
    String before = "";
    while (before.length() + rest.length() > width) {
      int room = width - before.length();
      int start = rest.length() - rest.stripLeading().length();
      int at = rest.lastIndexOf(' ', room);
      at = at > start ? at : rest.indexOf(' ', Math.max(start, room));
      if (at < 0) {
        break;
      }
      lines.add(before + rest.substring(0, at).stripTrailing());
      rest = rest.substring(at).stripLeading();
      before = " ".repeat(indent);
    }
    lines.add(before + rest);
    return lines;
  }

  private static String clean(String text, boolean keepLines) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> isHarmless(c) || (keepLines && (c == '\n' || c == '\t')))
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  private static boolean isHarmless(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
