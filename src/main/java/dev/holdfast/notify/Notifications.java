package dev.holdfast.notify;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.store.NewerFormatException;
import dev.holdfast.store.Outbox;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * From what happens to what is told.
 *
 * <ol>
 *   <li>Whoever rolls out hands a happening over and goes on: nothing is written, looked up or sent
 *       in its time, and where too much waits it is left out.
 *   <li>The one thread of this class makes messages of it and writes them to the outbox.
 *   <li>The lane of each notifier sends what lies there, and forgets what was taken.
 *   <li>At the first happening of an app after a start, its records tell which deployments ended
 *       and were not told, as the agent died in between. So each is told at least once.
 * </ol>
 *
 * Without notifiers there is no thread and no file.
 */
public final class Notifications implements AutoCloseable {
  private static final int MOST_HAPPENINGS = 1_000;

  private final Outbox outbox;
  private final Function<String, List<DeploymentRecord>> records;
  private final NotifyListener listener;
  private final UnaryOperator<String> redact;
  private final InstantSource clock;
  private final Pace pace;
  private final BlockingQueue<Happening> happenings = new ArrayBlockingQueue<>(MOST_HAPPENINGS);
  private final Map<String, Lane> lanes = new HashMap<>();
  private volatile Settings settings = new Settings("", "", Map.of());
  private @Nullable Thread thread;
  private boolean closed;
  private boolean complained;

  public Notifications(
      Outbox outbox,
      Function<String, List<DeploymentRecord>> records,
      NotifyListener listener,
      UnaryOperator<String> redact) {
    this(outbox, records, listener, redact, InstantSource.system(), Pace.DEFAULT);
  }

  Notifications(
      Outbox outbox,
      Function<String, List<DeploymentRecord>> records,
      NotifyListener listener,
      UnaryOperator<String> redact,
      InstantSource clock,
      Pace pace) {
    this.outbox = outbox;
    this.records = records;
    this.listener = listener;
    this.redact = redact;
    this.clock = clock;
    this.pace = pace;
  }

  private record Settings(String server, String environment, Map<String, Receiver> receivers) {}

  /** Whom there is to tell from now on. What waits for one that is gone is given up. */
  public synchronized void use(String server, String environment, Map<String, Receiver> receivers) {
    settings = new Settings(server, environment, Map.copyOf(receivers));
    lanes
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !receivers.containsKey(entry.getKey());
              if (gone) {
                entry.getValue().close();
              }
              return gone;
            });
    receivers.forEach(
        (name, receiver) -> {
          Lane lane = lanes.get(name);
          Channel channel = receiver.channel(pace.exchange());
          if (lane == null) {
            lanes.put(name, new Lane(name, channel, post()));
          } else {
            lane.use(channel);
          }
        });
    if (!receivers.isEmpty() && thread == null && !closed) {
      thread = Thread.ofVirtual().name("notify").start(this::run);
    }
  }

  private Lane.Post post() {
    return new Lane.Post(pace, clock, redact, listener, this::forget);
  }

  /** Returns at once. */
  public void happened(Happening happening) {
    if (!settings.receivers().isEmpty()) {
      boolean taken = happenings.offer(happening);
      if (!taken) {
        listener.dropped("");
      }
    }
  }

  private void run() {
    try {
      Telling telling = new Telling(outbox, records, clock, pace, this::composer, this::tell);
      resume();
      while (!isClosed()) {
        handle(happenings.take(), telling);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (UncheckedIOException | NewerFormatException e) {
      listener.note(redact.apply("nobody is notified because " + e.getMessage()));
    } catch (RuntimeException e) {
      listener.note(redact.apply("nobody is notified because of a defect of the agent: " + e));
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Goes on with what lies in the outbox. */
  private void resume() {
    outbox
        .all(Json.MAPPER, Message.class)
        .values()
        .forEach(
            message -> {
              Lane lane = lane(message.notifier());
              if (lane == null) {
                forget(message.id());
              } else {
                lane.add(message);
              }
            });
  }

  private synchronized @Nullable Lane lane(String notifier) {
    return lanes.get(notifier);
  }

  private void handle(Happening happening, Telling telling) {
    try {
      telling.of(happening);
      complained = false;
    } catch (UncheckedIOException | NewerFormatException e) {
      complain("could not keep a message because " + e.getMessage());
    } catch (RuntimeException e) {
      complain("a defect of the agent, in a notification: " + e);
    }
  }

  private void complain(String line) {
    if (!complained) {
      complained = true;
      listener.note(redact.apply(line));
    }
  }

  private Composer composer() {
    Settings now = settings;
    return new Composer(now.server(), now.environment(), redact);
  }

  private void tell(Message message) {
    Receiver receiver = settings.receivers().get(message.notifier());
    Lane lane = lane(message.notifier());
    if (receiver != null && lane != null && receiver.wants(message)) {
      outbox.put(message.id(), Json.tree(message));
      lane.add(message);
    }
  }

  /** Where this fails the message is sent once more after the next start, under the same id. */
  private void forget(String id) {
    try {
      outbox.remove(id);
    } catch (UncheckedIOException e) {
      listener.note("could not clear the outbox because " + e.getMessage());
    }
  }

  /** What waits stays in the outbox for the next start. */
  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
    lanes.values().forEach(Lane::close);
  }
}
