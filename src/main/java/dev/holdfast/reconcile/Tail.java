package dev.holdfast.reconcile;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Passes lines on and remembers the last of them, for whoever asks why it failed. */
final class Tail implements Consumer<String> {
  private static final int LINES = 50;

  private final Consumer<String> to;
  private final Deque<String> last = new ArrayDeque<>();

  Tail(Consumer<String> to) {
    this.to = to;
  }

  @Override
  public void accept(String line) {
    to.accept(line);
    last.addLast(line);
    if (last.size() > LINES) {
      last.removeFirst();
    }
  }

  List<String> lines() {
    return List.copyOf(last);
  }

  /** The last thing that was said, to be put behind a reason. */
  String lastWords() {
    return last.stream()
        .filter(line -> !line.isBlank())
        .reduce((before, after) -> after)
        .map(line -> ": " + line.strip())
        .orElse("");
  }
}
