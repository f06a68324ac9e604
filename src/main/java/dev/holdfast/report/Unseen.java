package dev.holdfast.report;

/**
 * Characters that nobody can see, that move a cursor or that turn the direction of writing, whether
 * Unicode says so or leaves open what they are.
 */
public final class Unseen {
  private static final char ESCAPE = 0x1b;

  private Unseen() {}

  public static boolean is(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }

  /**
   * The length of a terminal's sequence for colours and the cursor that begins there, ECMA-48 §5.4;
   * 0 where there is none.
   */
  public static int sequence(String text, int from) {
    if (!text.startsWith(ESCAPE + "[", from)) {
      return 0;
    }
    int at = from + 2;
    while (at < text.length() && text.charAt(at) >= 0x20 && text.charAt(at) <= 0x3f) {
      at++;
    }
    boolean ends = at < text.length() && text.charAt(at) >= 0x40 && text.charAt(at) <= 0x7e;
    return ends ? at + 1 - from : 0;
  }
}
