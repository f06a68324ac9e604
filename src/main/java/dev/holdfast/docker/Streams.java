package dev.holdfast.docker;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A container's output, from the engine's bytes to lines in the caller's thread.
 *
 * <p>Without a terminal the engine sends frames of an 8 byte head (stream, three zeros, length) and
 * the two streams interleaved; with one, plain bytes. The reader runs on the call's thread and
 * waits while {@link #CAPACITY} lines are not taken, so output costs bounded memory, and a consumer
 * is never called after the caller has gone.
 */
final class Streams {
  static final int LONGEST_LINE = 16 * 1024;
  private static final int CAPACITY = 256;
  private static final int HEAD = 8;
  private static final Duration GLANCE = Duration.ofMillis(200);

  private Streams() {}

  /** Lines on their way from the reader to the caller. */
  static final class Lines {
    private final BlockingQueue<Optional<String>> queue = new ArrayBlockingQueue<>(CAPACITY);
    private volatile boolean begun;

    /** The engine has answered and the output began. */
    boolean begun() {
      return begun;
    }

    /** Reads to the end of the stream. */
    boolean readFrom(InputStream body, boolean terminal) throws IOException, InterruptedException {
      begun = true;
      Splitter[] splitters = {new Splitter(queue), new Splitter(queue)};
      if (terminal) {
        readPlain(body, splitters[0]);
      } else {
        readFrames(body, splitters);
      }
      for (Splitter splitter : splitters) {
        splitter.flush();
      }
      queue.put(Optional.empty());
      return true;
    }

    /** Reads to the end; what is printed goes to {@code output} as it is, messages become lines. */
    boolean readFrom(InputStream body, OutputStream output)
        throws IOException, InterruptedException {
      begun = true;
      Splitter messages = new Splitter(queue);
      byte[] buffer = new byte[32 * 1024];
      byte[] head = body.readNBytes(HEAD);
      while (head.length == HEAD) {
        boolean printed = head[0] != 2;
        long left = length(head);
        while (left > 0) {
          int read = body.read(buffer, 0, (int) Math.min(buffer.length, left));
          if (read < 0) {
            throw new EOFException("the output was cut off");
          }
          if (printed) {
            output.write(buffer, 0, read);
          } else {
            messages.add(buffer, read);
          }
          left -= read;
        }
        head = body.readNBytes(HEAD);
      }
      if (head.length > 0) {
        throw new EOFException("the output was cut off");
      }
      messages.flush();
      queue.put(Optional.empty());
      return true;
    }

    /** Hands lines over until the stream ends or the time is over; true if it ended. */
    boolean drainTo(Consumer<String> output, Calls.Call<Boolean> call, Duration timeout) {
      long end = System.nanoTime() + timeout.toNanos();
      while (true) {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        Optional<Optional<String>> next = next(left.compareTo(GLANCE) < 0 ? left : GLANCE);
        if (next.isPresent() && next.get().isEmpty()) {
          return true;
        }
        if (next.isPresent()) {
          output.accept(next.get().get());
        } else if (call.isDone() && queue.isEmpty()) {
          return true;
        }
        if (System.nanoTime() - end >= 0) {
          return false;
        }
      }
    }

    private Optional<Optional<String>> next(Duration wait) {
      try {
        return Optional.ofNullable(queue.poll(Math.max(wait.toNanos(), 0), TimeUnit.NANOSECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EngineException.Ambiguous(
            "could not read a container's output: the agent stopped waiting for it", e);
      }
    }
  }

  private static void readPlain(InputStream body, Splitter lines)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[4096];
    for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
      lines.add(buffer, read);
    }
  }

  private static void readFrames(InputStream body, Splitter[] splitters)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[4096];
    byte[] head = body.readNBytes(HEAD);
    while (head.length == HEAD) {
      Splitter lines = splitters[head[0] == 2 ? 1 : 0];
      long left = length(head);
      while (left > 0) {
        int read = body.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          throw new EOFException("the output was cut off");
        }
        lines.add(buffer, read);
        left -= read;
      }
      head = body.readNBytes(HEAD);
    }
    if (head.length > 0) {
      throw new EOFException("the output was cut off");
    }
  }

  static long length(byte[] head) {
    return ((head[4] & 0xFFL) << 24)
        | ((head[5] & 0xFFL) << 16)
        | ((head[6] & 0xFFL) << 8)
        | (head[7] & 0xFFL);
  }

  /** Bytes of one stream to lines; one that is too long comes in pieces. */
  private static final class Splitter {
    private final BlockingQueue<Optional<String>> queue;
    private byte[] line = new byte[256];
    private int length;

    Splitter(BlockingQueue<Optional<String>> queue) {
      this.queue = queue;
    }

    void add(byte[] bytes, int count) throws InterruptedException {
      for (int i = 0; i < count; i++) {
        if (bytes[i] == '\n') {
          emit();
        } else {
          append(bytes[i]);
        }
      }
    }

    private void append(byte value) throws InterruptedException {
      if (length == LONGEST_LINE) {
        emit();
      }
      if (length == line.length) {
        line = Arrays.copyOf(line, Math.min(length * 2, LONGEST_LINE));
      }
      line[length++] = value;
    }

    void flush() throws InterruptedException {
      if (length > 0) {
        emit();
      }
    }

    private void emit() throws InterruptedException {
      int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
      queue.put(Optional.of(new String(line, 0, end, StandardCharsets.UTF_8)));
      length = 0;
    }
  }
}
