package dev.holdfast.api;

import dev.holdfast.reconcile.Seat;
import dev.holdfast.reconcile.ShellEnd;
import dev.holdfast.reconcile.ShellWish;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The agent's end of a person's connection. Both ways go frames: a letter for the kind, four bytes
 * for the length, the content.
 *
 * <ol>
 *   <li>From the person: {@code O} a JSON object with what is wanted, first and once; {@code I}
 *       input; {@code E} its end; {@code R} the window's rows and columns, two bytes each.
 *   <li>To the person: {@code S} a line that the agent has to say; {@code B} the container has
 *       begun; {@code o} and {@code e} what it prints; {@code X} a JSON object, the end.
 *   <li>The connection's end is the person's end. So is silence both ways for {@link #IDLE}, and
 *       what is no frame; nothing is read after that.
 * </ol>
 */
final class ShellSeat implements Seat {
  static final Duration IDLE = Duration.ofHours(1);
  private static final Duration OPENING = Duration.ofSeconds(10);
  private static final Duration FAREWELL = Duration.ofSeconds(10);

  private final NetSocket socket;
  private final Vertx vertx;
  private final SeatClock clock;
  private final ShellFrames frames = new ShellFrames();
  private final ShellInput input;
  private final long began;
  private boolean refused;
  private long lastMoved;
  private int rows;
  private int columns;
  private @Nullable Window window;
  private boolean showing;
  private boolean resizedSince;
  private @Nullable Thread thread;
  private @Nullable String cutOff;
  private boolean over;
  private long timer = -1;

  ShellSeat(NetSocket socket, Vertx vertx, SeatClock clock) {
    this.socket = socket;
    this.vertx = vertx;
    this.clock = clock;
    this.began = clock.nanos();
    this.lastMoved = began;
    this.input = new ShellInput(socket::pause, socket::resume);
  }

  /** Waits for the first frame, and then runs what it asks for on a thread of its own. */
  void await(BiFunction<ShellWish, ShellSeat, ShellEnd> run) {
    socket.handler(bytes -> took(bytes, run));
    socket.closeHandler(_ -> cut("the person went away"));
    socket.exceptionHandler(_ -> cut("the person's connection broke"));
    synchronized (this) {
      timer = vertx.setPeriodic(clock.glance().toMillis(), _ -> glance());
    }
  }

  private void took(Buffer bytes, BiFunction<ShellWish, ShellSeat, ShellEnd> run) {
    if (refused) {
      return;
    }
    moved();
    try {
      frames.add(bytes);
      for (ShellFrames.Frame frame = frames.next(); frame != null; frame = frames.next()) {
        took(frame, run);
      }
    } catch (ProblemException e) {
      // What follows would be kept until the container is gone, however much it is.
      refused = true;
      socket.pause();
      frames.drop();
      boolean begun = hasBegun();
      cut(e.getMessage());
      if (!begun) {
        Thread.ofVirtual().start(() -> finish(new ShellEnd(null, e.getMessage())));
      }
    }
  }

  private void took(ShellFrames.Frame frame, BiFunction<ShellWish, ShellSeat, ShellEnd> run) {
    if (frame.kind() == 'O') {
      begin(ShellFrames.wish(frame.content()), run);
    } else if (!hasBegun()) {
      throw new ProblemException(400, "the first frame must say what is wanted");
    } else {
      switch (frame.kind()) {
        case 'I' -> input.add(frame.content());
        case 'E' -> input.end();
        case 'R' -> resized(frame.content());
        default -> throw new ProblemException(400, "there is no frame of this kind");
      }
    }
  }

  private void begin(ShellWish wish, BiFunction<ShellWish, ShellSeat, ShellEnd> run) {
    Thread begun;
    synchronized (this) {
      if (thread != null) {
        throw new ProblemException(400, "what is wanted is said once");
      }
      rows = wish.rows();
      columns = wish.columns();
      begun = Thread.ofVirtual().name("shell").unstarted(() -> finish(run.apply(wish, this)));
      thread = begun;
    }
    begun.start();
  }

  private synchronized boolean hasBegun() {
    return thread != null;
  }

  private void resized(byte[] content) {
    if (content.length != 4) {
      throw new ProblemException(400, "a window has rows and columns");
    }
    synchronized (this) {
      rows = ((content[0] & 0xff) << 8) | (content[1] & 0xff);
      columns = ((content[2] & 0xff) << 8) | (content[3] & 0xff);
    }
    show();
  }

  /** The newest size, by one thread however often it changes meanwhile. */
  private void show() {
    Window to;
    synchronized (this) {
      resizedSince = true;
      to = window;
      if (to == null || showing) {
        return;
      }
      showing = true;
    }
    Thread.ofVirtual().start(() -> show(to));
  }

  private void show(Window to) {
    for (int[] size = toShow(); size.length > 0; size = toShow()) {
      to.resize(size[0], size[1]);
    }
  }

  /** Empty where it is shown already. */
  private synchronized int[] toShow() {
    if (!resizedSince) {
      showing = false;
      return new int[0];
    }
    resizedSince = false;
    return new int[] {rows, columns};
  }

  private void glance() {
    long now = clock.nanos();
    Duration silence;
    boolean begun;
    synchronized (this) {
      silence = Duration.ofNanos(now - lastMoved);
      begun = thread != null;
    }
    if (!begun && now - began > OPENING.toNanos()) {
      // Also where its first frame trickles.
      socket.close();
    } else if (silence.compareTo(IDLE) > 0) {
      cut("nothing was typed or printed for " + IDLE.toMinutes() + " minutes");
    }
  }

  private synchronized void moved() {
    lastMoved = clock.nanos();
  }

  /** Ends the shell, where it is not over already. */
  private void cut(@Nullable String reason) {
    Thread running;
    synchronized (this) {
      if (cutOff == null) {
        cutOff = reason;
      }
      running = over ? null : thread;
    }
    if (running != null) {
      running.interrupt();
    } else if (!hasBegun()) {
      vertx.cancelTimer(timer());
    }
  }

  private synchronized long timer() {
    return timer;
  }

  private void finish(ShellEnd end) {
    String reason;
    synchronized (this) {
      over = true;
      reason = cutOff != null && end.exitStatus() == null ? cutOff : end.reason();
    }
    vertx.cancelTimer(timer());
    boolean _ = Thread.interrupted();
    try {
      send('X', ShellFrames.end(end.exitStatus(), reason), FAREWELL);
    } catch (IOException e) {
      // Nobody is there to be told.
      return;
    } finally {
      socket.close();
    }
  }

  @Override
  public synchronized @Nullable String gone() {
    return cutOff;
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return new Printed('o');
  }

  @Override
  public OutputStream errors() {
    return new Printed('e');
  }

  @Override
  public void say(String text) {
    try {
      send('S', text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      cut("the person went away");
    }
  }

  @Override
  public void begun(Window terminal) {
    try {
      send('B', new byte[0]);
    } catch (IOException e) {
      cut("the person went away");
    }
    int[] size;
    synchronized (this) {
      window = terminal;
      showing = true;
      resizedSince = false;
      size = new int[] {rows, columns};
    }
    terminal.resize(size[0], size[1]);
    Thread.ofVirtual().start(() -> show(terminal));
  }

  /** Returns once the connection has taken it: who does not read holds up what prints. */
  private void send(char kind, byte[] content) throws IOException {
    send(kind, content, IDLE);
  }

  private void send(char kind, byte[] content, Duration limit) throws IOException {
    moved();
    Future<Void> written =
        socket.write(ShellFrames.frame(kind, content)).toCompletionStage().toCompletableFuture();
    try {
      written.get(limit.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("it was cut off", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the person went away", e);
    }
  }

  private final class Printed extends OutputStream {
    private final char kind;

    Printed(char kind) {
      this.kind = kind;
    }

    @Override
    public void write(int value) throws IOException {
      send(kind, new byte[] {(byte) value});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      send(kind, Arrays.copyOfRange(bytes, offset, offset + length));
    }
  }
}
