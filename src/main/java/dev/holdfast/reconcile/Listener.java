package dev.holdfast.reconcile;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Sits at a container, says nothing, and keeps the newest of what it prints. */
final class Listener implements Seat {
  private static final int MOST_LINES = 200;
  private static final int LONGEST_LINE = 4 * 1024;

  private final Deque<String> lines = new ArrayDeque<>();
  private final Printed output = new Printed();
  private final Printed errors = new Printed();
  private final CountDownLatch begun = new CountDownLatch(1);
  private boolean cut;

  @Override
  public InputStream input() {
    return InputStream.nullInputStream();
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public OutputStream errors() {
    return errors;
  }

  @Override
  public void say(String text) {
    // Whoever asked is told of the release in another way.
  }

  @Override
  public void begun(Window window) {
    begun.countDown();
  }

  boolean hasBegun() {
    return begun.getCount() == 0;
  }

  /** Both streams, as they came; of a line that did not end too. */
  synchronized List<String> lines() {
    output.end();
    errors.end();
    return new ArrayList<>(lines);
  }

  synchronized boolean cut() {
    return cut;
  }

  private synchronized void add(String line) {
    lines.addLast(line);
    if (lines.size() > MOST_LINES) {
      lines.removeFirst();
      cut = true;
    }
  }

  private final class Printed extends OutputStream {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    @Override
    public synchronized void write(int value) {
      if (value == '\n' || line.size() == LONGEST_LINE) {
        add(line.toString(StandardCharsets.UTF_8).stripTrailing());
        line.reset();
      }
      if (value != '\n') {
        line.write(value);
      }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        write(bytes[i]);
      }
    }

    synchronized void end() {
      if (line.size() > 0) {
        write('\n');
      }
    }
  }
}
