package dev.holdfast.cli;

import java.io.Console;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a command writes: plain text to a pipe or file, colours and redrawing only where a person
 * looks.
 */
record Terminal(PrintStream out, PrintStream err, boolean interactive, boolean colour, int width) {
  private static final int STANDARD_WIDTH = 80;
  private static final int NARROWEST = 40;

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

  /** The same, so wide; as it was where that is not known. */
  Terminal of(int columns) {
    return columns <= 0
        ? this
        : new Terminal(out, err, interactive, colour, Math.max(NARROWEST, columns));
  }

  /**
   * A line as a person reads it: broken between words where it is too long. To a pipe or file it
   * stays one line, as programs want it.
   *
   * @param indent of the lines after the first
   */
  List<String> broken(String line, int indent) {
    return interactive ? Text.wrap(line, width, indent) : List.of(line);
  }

  /** Prints it so. */
  void say(String line, int indent) {
    broken(line, indent).forEach(out::println);
  }

  /** bin/holdfast asks the terminal where the shell has not said it. */
  private static int width(@Nullable String columns) {
    boolean sensible = columns != null && columns.matches("[0-9]{2,4}");
    return sensible ? Math.max(NARROWEST, Integer.parseInt(columns)) : STANDARD_WIDTH;
  }
}
