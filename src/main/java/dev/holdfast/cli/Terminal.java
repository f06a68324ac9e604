package dev.holdfast.cli;

import java.io.Console;
import java.io.PrintStream;
import java.util.Map;

/**
 * Where a command writes: plain text to a pipe or file, colours and redrawing only where a person
 * looks.
 */
record Terminal(PrintStream out, PrintStream err, boolean interactive, boolean colour, int width) {
  private static final int STANDARD_WIDTH = 80;

  enum Colour {
    RED(31),
    GREEN(32),
    YELLOW(33),
    BLUE(34);

    private final int code;

    Colour(int code) {
      this.code = code;
    }
  }

  // Java 22 to 24 always had a console; 25 has none again where standard input or output is no
  // terminal.
  @SuppressWarnings("SystemConsoleNull")
  static Terminal ofThisProcess(Map<String, String> environment) {
    Console console = System.console();
    boolean interactive = console != null && console.isTerminal();
    boolean plain =
        !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || "dumb".equals(environment.get("TERM"));
    return new Terminal(
        System.out,
        System.err,
        interactive,
        interactive && !plain,
        width(environment.get("COLUMNS")));
  }

  String paint(Colour wanted, String text) {
    return colour ? "\u001b[" + wanted.code + "m" + text + "\u001b[0m" : text;
  }

  void clear() {
    if (interactive) {
      out.print("\u001b[H\u001b[2J");
    }
  }

  private static int width(@org.jspecify.annotations.Nullable String columns) {
    boolean sensible = columns != null && columns.matches("[0-9]{2,4}");
    return sensible ? Math.max(STANDARD_WIDTH, Integer.parseInt(columns)) : STANDARD_WIDTH;
  }
}
