package dev.holdfast.api;

import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What somebody types, from the connection's thread to the one that feeds a container. */
final class ShellInput extends InputStream {
  private static final int MOST = 256 * 1024;

  /** What one key costs beside itself. */
  private static final int EACH = 32;

  private final Runnable pause;
  private final Runnable resume;
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private int at;
  private int bytes;
  private boolean paused;
  private boolean ended;

  /**
   * @param pause the connection, until {@code resume}
   */
  ShellInput(Runnable pause, Runnable resume) {
    this.pause = pause;
    this.resume = resume;
  }

  synchronized void add(byte[] content) {
    if (ended || content.length == 0) {
      return;
    }
    waiting.add(content);
    bytes += content.length + EACH;
    if (bytes > MOST && !paused) {
      paused = true;
      pause.run();
    }
    notifyAll();
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }

  @Override
  public int read() throws InterruptedIOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public synchronized int read(byte[] target, int offset, int length)
      throws InterruptedIOException {
    while (waiting.isEmpty()) {
      if (ended) {
        return -1;
      }
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("nobody waits for what is typed any more");
      }
    }
    byte[] first = waiting.getFirst();
    int count = Math.min(length, first.length - at);
    System.arraycopy(first, at, target, offset, count);
    at += count;
    bytes -= count;
    if (at == first.length) {
      waiting.removeFirst();
      bytes -= EACH;
      at = 0;
    }
    if (paused && bytes < MOST / 2) {
      paused = false;
      resume.run();
    }
    return count;
  }
}
