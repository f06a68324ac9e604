package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A status that goes on: on a terminal redrawn in place, in the terminal's size of now; elsewhere
 * printed anew at each change, where growing older is none. An agent that goes away meanwhile, to
 * be upgraded for instance, is waited for.
 */
final class StatusWatch {
  private static final int PAUSE_MILLIS = 1000;
  private final Context context;
  private final Supplier<JsonNode> read;
  private final Drawing drawing;
  private final Semaphore wake = new Semaphore(0);
  private String trouble = "";

  /** The agent's answer as text for a terminal. */
  interface Drawing {
    String of(JsonNode answer, Terminal terminal, Instant now);
  }

  StatusWatch(Context context, Supplier<JsonNode> read, Drawing drawing) {
    this.context = context;
    this.read = read;
    this.drawing = drawing;
  }

  /**
   * @param inPlace whether the terminal is redrawn
   */
  void run(boolean inPlace) throws InterruptedException {
    JsonNode first = read.get();
    if (inPlace) {
      redraw(first);
    } else {
      print(first);
    }
  }

  private void print(JsonNode first) throws InterruptedException {
    Terminal terminal = context.terminal();
    String before = "";
    for (JsonNode answer = first; !terminal.out().checkError(); answer = next(answer)) {
      String ageless = text(answer, terminal, Instant.EPOCH);
      if (!ageless.equals(before)) {
        terminal.out().print(text(answer, terminal, context.clock().instant()));
        terminal.out().flush();
        before = ageless;
      }
      pause();
    }
  }

  private void redraw(JsonNode first) throws InterruptedException {
    Terminal terminal = context.terminal();
    try (Screen screen = Screen.enter(terminal.out())) {
      ControllingTerminal.onResize(wake::release);
      ControllingTerminal.onReturn(
          () -> {
            screen.again();
            wake.release();
          });
      for (JsonNode answer = first; !terminal.out().checkError(); answer = next(answer)) {
        ControllingTerminal.Size size = ControllingTerminal.size();
        String text = text(answer, terminal.of(size.columns()), context.clock().instant());
        screen.show(text.lines().toList(), size.rows());
        pause();
      }
    }
  }

  private void pause() throws InterruptedException {
    boolean woken = wake.tryAcquire(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    if (woken) {
      wake.drainPermits();
    }
  }

  private String text(JsonNode answer, Terminal terminal, Instant now) {
    return drawing.of(answer, terminal, now) + (trouble.isEmpty() ? "" : trouble + "\n");
  }

  private JsonNode next(JsonNode before) {
    try {
      JsonNode answer = read.get();
      trouble = "";
      return answer;
    } catch (CliException e) {
      if (e.code() != CliException.NO_AGENT) {
        throw e;
      }
      trouble = Text.line("! this is what was last known: " + e.getMessage());
      return before;
    }
  }
}
