package dev.holdfast.docker;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Sits a person at a container: what they type goes in, what it prints comes out. */
final class Dialogues implements Dialogue {
  private static final int BUFFER = 16 * 1024;

  /** Longer than whoever asks lets one last. */
  private static final Duration LONGEST = Duration.ofDays(7);

  /**
   * The engine lets go of a container at keys of its own, ctrl-p ctrl-q, and keeps the first back
   * until the second comes: ctrl-p is what shells take the last line back with. Nobody types these.
   */
  private static final String NO_KEYS = "ctrl-^,ctrl-_,ctrl-^,ctrl-_,ctrl-^,ctrl-_";

  private final EngineClient engine;

  Dialogues(EngineClient engine) {
    this.engine = engine;
  }

  @Override
  public void converse(
      String id,
      boolean terminal,
      InputStream input,
      OutputStream output,
      OutputStream errors,
      Runnable attached) {
    String what = "attach to container " + Texts.id(id);
    CountDownLatch there = new CountDownLatch(1);
    String path =
        Paths.container(id)
            + "/attach?stream=1&stdin=1&stdout=1&stderr=1&detachKeys="
            + Paths.encode(NO_KEYS);
    try (Calls.Call<Boolean> call =
        engine.upgrade(
            what,
            path,
            null,
            connection -> {
              there.countDown();
              return talk(connection, terminal, input, output, errors);
            })) {
      awaitThere(there, call);
      attached.run();
      call.await(LONGEST);
    }
  }

  private void awaitThere(CountDownLatch there, Calls.Call<Boolean> call) {
    try {
      long end = System.nanoTime() + engine.deadlines().look().toNanos();
      while (!there.await(20, TimeUnit.MILLISECONDS)) {
        if (call.isDone() || System.nanoTime() - end > 0) {
          call.await(Duration.ZERO);
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException.Ambiguous(
          "could not attach to a container: the agent stopped waiting", e);
    }
  }

  private static boolean talk(
      Upgraded connection,
      boolean terminal,
      InputStream input,
      OutputStream output,
      OutputStream errors)
      throws IOException, InterruptedException {
    Thread feeder =
        Thread.ofVirtual().name("engine: what is typed").start(() -> feed(input, connection));
    try {
      if (terminal) {
        plain(connection.in(), output);
      } else {
        framed(connection.in(), output, errors);
      }
      return true;
    } finally {
      connection.close();
      feeder.interrupt();
      feeder.join();
    }
  }

  private static void feed(InputStream input, Upgraded connection) {
    byte[] buffer = new byte[BUFFER];
    try {
      for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
        connection.out().write(buffer, 0, read);
        connection.out().flush();
      }
      connection.endOutput();
    } catch (IOException e) {
      // It has ended, or closed its input, or nobody types any more: its end is seen elsewhere.
      return;
    }
  }

  private static void plain(InputStream in, OutputStream output) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      output.write(buffer, 0, read);
    }
  }

  /** A head of 8 bytes (stream, three zeros, length), then so many bytes. */
  private static void framed(InputStream in, OutputStream output, OutputStream errors)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (byte[] head = in.readNBytes(8); head.length == 8; head = in.readNBytes(8)) {
      OutputStream to = head[0] == 2 ? errors : output;
      long left = Streams.length(head);
      while (left > 0) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          throw new EOFException("the output was cut off");
        }
        to.write(buffer, 0, read);
        left -= read;
      }
    }
  }

  @Override
  public void resize(String id, int rows, int columns) {
    engine.post(
        "resize the terminal of container " + Texts.id(id),
        Paths.container(id) + "/resize?h=" + rows + "&w=" + columns,
        version -> Json.mapper().createObjectNode());
  }
}
