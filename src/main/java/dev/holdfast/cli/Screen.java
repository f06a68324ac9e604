package dev.holdfast.cli;

import java.io.PrintStream;
import java.util.List;

/**
 * A terminal that is redrawn in place: each frame is written over the one before in one piece, so
 * that nothing flickers, and cut where the terminal ends. It has a screen of its own, and what
 * stood there before comes back at the end, with the cursor and with the last frame below it; also
 * when ctrl-c or another signal ends the command.
 */
final class Screen implements AutoCloseable {
  private static final String CSI = "\u001b[";

  /** The other screen, no cursor, and what is too long for a line is not written. */
  private static final String ENTER = CSI + "?1049h" + CSI + "?25l" + CSI + "?7l";

  private static final String LEAVE = CSI + "?7h" + CSI + "?25h" + CSI + "?1049l";
  private final PrintStream out;
  private final Thread hook = new Thread(this::leave, "screen");
  private List<String> last = List.of();
  private boolean left;

  private Screen(PrintStream out) {
    this.out = out;
  }

  static Screen enter(PrintStream out) {
    Screen screen = new Screen(out);
    Runtime.getRuntime().addShutdownHook(screen.hook);
    out.print(ENTER);
    out.flush();
    return screen;
  }

  /**
   * @param rows of the terminal; 0 where that is not known
   */
  synchronized void show(List<String> lines, int rows) {
    if (left) {
      return;
    }
    last = List.copyOf(lines);
    StringBuilder frame = new StringBuilder(CSI + "H");
    List<String> shown = fitting(lines, rows);
    for (int i = 0; i < shown.size(); i++) {
      frame.append(i == 0 ? "" : "\r\n").append(shown.get(i)).append(CSI).append('K');
    }
    out.print(frame.append(CSI).append('J'));
    out.flush();
  }

  private static List<String> fitting(List<String> lines, int rows) {
    if (rows < 2 || lines.size() <= rows) {
      return lines;
    }
    List<String> shown = new java.util.ArrayList<>(lines.subList(0, rows - 1));
    shown.add("… and " + (lines.size() - rows + 1) + " lines for which there is no room");
    return shown;
  }

  /** After a stop (ctrl-z) the terminal may show anything. */
  synchronized void again() {
    if (!left) {
      out.print(ENTER + CSI + "2J");
      out.flush();
    }
  }

  @Override
  public void close() {
    leave();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the end has begun, and the hook found nothing left to do
    }
  }

  private synchronized void leave() {
    if (!left) {
      left = true;
      out.print(LEAVE);
      last.forEach(out::println);
      out.flush();
    }
  }
}
