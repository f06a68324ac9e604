package dev.holdfast.reconcile;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** What a command prints as lines; one that is too long comes in pieces. */
final class LineSink extends OutputStream {
  private static final int LONGEST = 4096;

  private final Consumer<String> lines;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  LineSink(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void write(int value) {
    if (value == '\n' || line.size() >= LONGEST) {
      lines.accept(line.toString(StandardCharsets.UTF_8).stripTrailing());
      line.reset();
    }
    if (value != '\n') {
      line.write(value);
    }
  }
}
