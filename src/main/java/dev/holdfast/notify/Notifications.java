package dev.holdfast.notify;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.notify.Happening.Deployment;
import dev.holdfast.notify.Happening.Gone;
import dev.holdfast.notify.Happening.Looked;
import dev.holdfast.notify.Happening.Subject;
import dev.holdfast.store.NewerFormatException;
import dev.holdfast.store.Outbox;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private static final int RECORDS = 20;

  private final Outbox outbox;
  private final Function<String, List<DeploymentRecord>> records;
  private final NotifyListener listener;
  private final UnaryOperator<String> redact;
  private final InstantSource clock;
  private final Pace pace;
  private final BlockingQueue<Happening> happenings = new ArrayBlockingQueue<>(MOST_HAPPENINGS);
  private final Map<String, Lane> lanes = new HashMap<>();
  private final Set<String> caughtUp = new HashSet<>();
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
      Told told = outbox.told(Json.MAPPER, Told.class).orElse(Told.NOTHING).copy();
      Episodes episodes = new Episodes(told, pace);
      resume();
      while (!isClosed()) {
        handle(happenings.take(), told, episodes);
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

  private void handle(Happening happening, Told told, Episodes episodes) {
    try {
      Told before = told.copy();
      catchUp(happening, told);
      switch (happening) {
        case Deployment deployment -> deployment(deployment.subject(), deployment.record(), told);
        case Looked looked -> looked(looked, episodes);
        case Gone gone -> {
          episodes.gone(gone.subject().app());
          told.deployments().remove(gone.subject().app());
          told.retried().remove(gone.subject().app());
          caughtUp.remove(gone.subject().app());
        }
      }
      // Only once the messages lie in the outbox is it written that they need not be made again.
      if (!told.equals(before)) {
        outbox.writeTold(Json.tree(told));
      }
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

  private void catchUp(Happening happening, Told told) {
    Subject subject = happening.subject();
    if (!caughtUp.add(subject.app())) {
      return;
    }
    List<DeploymentRecord> over =
        records.apply(subject.app()).stream()
            .limit(RECORDS)
            .filter(record -> record.status() != Status.IN_PROGRESS)
            .toList();
    String last = told.deployments().get(subject.app());
    if (last == null) {
      // Nothing was ever told of it: what is past is known to whoever adds a notifier. What ends
      // this moment is not past, though its record lies there already.
      String now = happening instanceof Deployment one ? one.record().deploymentId() : "";
      String newest =
          over.stream()
              .map(DeploymentRecord::deploymentId)
              .filter(id -> !id.equals(now))
              .findFirst()
              .orElse("");
      told.deployments().put(subject.app(), newest);
      // At once: after a death the next life must not take for past what was to be told.
      outbox.writeTold(Json.tree(told));
      return;
    }
    List<DeploymentRecord> untold =
        over.stream().takeWhile(record -> !record.deploymentId().equals(last)).toList();
    untold.reversed().forEach(record -> deployment(subject, record, told));
  }

  /**
   * What the agent tries again by itself is told when it first fails and when it ends otherwise.
   */
  private void deployment(Subject subject, DeploymentRecord record, Told told) {
    boolean over = record.status() != Status.IN_PROGRESS;
    if (over && record.deploymentId().equals(told.deployments().get(record.app()))) {
      return;
    }
    boolean retried = record.release().equals(told.retried().get(record.app()));
    boolean sameAgain = retried && (!over || isRetried(record));
    if (!sameAgain) {
      for (String notifier : subject.notifiers()) {
        tell(composer().of(notifier, subject, record, clock.instant()));
      }
    }
    if (over) {
      told.deployments().put(record.app(), record.deploymentId());
      if (isRetried(record)) {
        told.retried().put(record.app(), record.release());
      } else {
        told.retried().remove(record.app());
      }
    }
  }

  /** A pull that failed is tried again, ever less often, without anyone's asking. */
  private static boolean isRetried(DeploymentRecord record) {
    return record.status() == Status.FAILED
        && record.failure() != null
        && record.failure().step().equals("pull")
        && !record.updateBegan();
  }

  private void looked(Looked looked, Episodes episodes) {
    for (Episodes.Change change : episodes.looked(looked, clock.instant(), System.nanoTime())) {
      for (String notifier : change.notifiers()) {
        tell(composer().of(notifier, looked.subject().app(), change, clock.instant()));
      }
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
