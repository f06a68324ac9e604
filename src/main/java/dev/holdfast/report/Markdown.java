package dev.holdfast.report;

import java.util.List;

/**
 * Markdown as GitHub, GitLab and Forgejo read it, in which what others wrote stays what it is: a
 * text. Every such text is a code span or a fenced block, the two places in which no markup, no
 * HTML, no link, no image, no mention and no reference to an issue or commit is recognised; there
 * is no way from a {@code String} of a record to anything else.
 */
final class Markdown {
  private static final int LONGEST_LINE = 500;
  private final StringBuilder out = new StringBuilder();

  /** A heading of our own words and of code. */
  void heading(int level, String ours) {
    out.append("#".repeat(level)).append(' ').append(ours).append("\n\n");
  }

  void paragraph(String ours) {
    out.append(ours).append("\n\n");
  }

  /**
   * A foreign text of one line, also within a table: line breaks are blanks, and a bar, which would
   * end the cell even there, is a broken one.
   */
  static String code(String foreign) {
    String line = line(foreign).replace('|', '¦').strip();
    if (line.isEmpty()) {
      return "";
    }
    String fence = "`".repeat(longestRun(line) + 1);
    // A blank each side is taken away again, and lets a text begin or end with a backtick.
    return fence + " " + line + " " + fence;
  }

  /** Foreign texts of one line each, cut to a length that a page bears. */
  void block(List<String> foreign) {
    List<String> lines = foreign.stream().map(Markdown::line).toList();
    int run = lines.stream().mapToInt(Markdown::longestRun).max().orElse(0);
    String fence = "`".repeat(Math.max(3, run + 1));
    out.append(fence).append("text\n");
    lines.forEach(line -> out.append(line).append('\n'));
    out.append(fence).append("\n\n");
  }

  /** The cells are ours, or made by {@link #code}. */
  Markdown row(String... cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
    return this;
  }

  void rule(int columns) {
    out.append("|").append("---|".repeat(columns)).append('\n');
  }

  void gap() {
    out.append('\n');
  }

  String text() {
    return out.toString();
  }

  private static int longestRun(String line) {
    int longest = 0;
    int run = 0;
    for (int i = 0; i < line.length(); i++) {
      run = line.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  /** What nobody can see, what moves a cursor, and what turns the direction of writing goes. */
  private static String line(String text) {
    StringBuilder seen = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int sequence = Unseen.sequence(text, i);
      i += sequence > 0 ? sequence : Character.charCount(c);
      if (sequence > 0) {
        continue;
      }
      if (seen.length() >= LONGEST_LINE) {
        return seen.append('…').toString();
      }
      append(c, seen);
    }
    return seen.toString();
  }

  private static void append(int c, StringBuilder seen) {
    if (c == '\n' || c == '\r' || c == '\t') {
      seen.append(' ');
    } else if (!Unseen.is(c)) {
      seen.appendCodePoint(c);
    }
  }
}
