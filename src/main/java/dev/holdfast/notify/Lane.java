package dev.holdfast.notify;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The messages to one notifier, oldest first, each tried until it is taken, refused for good or too
 * old. One app's messages stay in order; one that is not taken holds up those of its app, and all
 * where the receiver takes nothing. Its thread lives while there is something to send.
 */
final class Lane {
  static final int MOST = 200;
  private static final Comparator<Message> OLDEST_FIRST =
      Comparator.comparing(Message::at).thenComparing(Message::id);

  /** The key under which all messages wait together. */
  private static final String ALL = "\0all";

  private final String name;
  private final Post post;
  private final TreeSet<Message> waiting = new TreeSet<>(OLDEST_FIRST);
  private final Map<String, Integer> failures = new HashMap<>();
  private final Map<String, Long> notBefore = new HashMap<>();
  private Channel channel;
  private @Nullable Thread thread;
  private boolean troubled;
  private boolean closed;

  /** What lanes share. */
  record Post(
      Pace pace,
      InstantSource clock,
      UnaryOperator<String> redact,
      NotifyListener listener,
      Consumer<String> forget) {}

  Lane(String name, Channel channel, Post post) {
    this.name = name;
    this.channel = channel;
    this.post = post;
  }

  /** Settings that changed may be what was missing, so that nothing waits for its next turn. */
  synchronized void use(Channel next) {
    channel = next;
    notBefore.clear();
    notifyAll();
  }

  synchronized void add(Message message) {
    if (closed || waiting.stream().anyMatch(other -> other.id().equals(message.id()))) {
      return;
    }
    waiting.add(message);
    while (waiting.size() > MOST) {
      dropped(waiting.first(), "more than " + MOST + " messages wait for it");
    }
    post.listener().waiting(name, waiting.size());
    if (thread == null) {
      thread = Thread.ofVirtual().name("notify " + name).start(this::run);
    }
    notifyAll();
  }

  synchronized void close() {
    closed = true;
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
    notifyAll();
  }

  synchronized int size() {
    return waiting.size();
  }

  private void run() {
    try {
      for (Optional<Message> next = next(); next.isPresent(); next = next()) {
        Message message = next.get();
        Outcome outcome = send(message);
        if (!isClosed()) {
          done(message, outcome);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private Outcome send(Message message) {
    try {
      return current().send(message.with(post.redact()));
    } catch (RuntimeException e) {
      // A defect of a channel, met by this message: the next ones must not wait for it.
      return new Outcome.Never("a defect of the agent: " + e.getClass().getSimpleName());
    }
  }

  private synchronized Channel current() {
    return channel;
  }

  /** The next message whose time has come; empty, and the thread ends, where none waits. */
  private synchronized Optional<Message> next() throws InterruptedException {
    while (!closed && !waiting.isEmpty()) {
      dropOld();
      long now = System.nanoTime();
      long soonest = Long.MAX_VALUE;
      List<String> passed = new ArrayList<>();
      for (Message message : waiting) {
        if (passed.contains(message.line())) {
          continue;
        }
        passed.add(message.line());
        long wait = Math.max(left(ALL, now), left(message.line(), now));
        if (wait <= 0) {
          return Optional.of(message);
        }
        soonest = Math.min(soonest, wait);
      }
      if (!waiting.isEmpty()) {
        wait(Math.clamp(soonest / 1_000_000 + 1, 1, 60_000));
      }
    }
    thread = null;
    return Optional.empty();
  }

  private long left(String key, long now) {
    Long until = notBefore.get(key);
    return until == null ? 0 : until - now;
  }

  private void dropOld() {
    while (!waiting.isEmpty()
        && waiting.first().at().plus(post.pace().age()).isBefore(post.clock().instant())) {
      dropped(waiting.first(), "it took nothing for " + Texts.duration(post.pace().age()));
    }
  }

  private synchronized void done(Message message, Outcome outcome) {
    switch (outcome) {
      case Outcome.Delivered _ -> {
        forget(message);
        failures.remove(ALL);
        failures.remove(message.line());
        notBefore.remove(message.line());
        post.listener().sent(name);
        if (troubled) {
          troubled = false;
          post.listener().note("notifier " + name + ": messages are taken again");
        }
      }
      case Outcome.Never never -> dropped(message, never.why());
      case Outcome.Later later -> {
        String key = later.all() ? ALL : message.line();
        int count = failures.merge(key, 1, Integer::sum);
        Duration pause = later.after() == null ? post.pace().pause(count) : later.after();
        notBefore.put(key, System.nanoTime() + pause.toNanos());
        post.listener().failed(name);
        if (!troubled) {
          troubled = true;
          post.listener()
              .note(
                  "notifier "
                      + name
                      + ": could not hand over a message because "
                      + later.why()
                      + "; it is tried again for "
                      + Texts.duration(post.pace().age()));
        }
      }
    }
  }

  private void dropped(Message message, String why) {
    forget(message);
    post.listener().dropped(name);
    post.listener()
        .note(
            "notifier "
                + name
                + ": the message \""
                + message.title()
                + "\" is given up because "
                + why);
  }

  private void forget(Message message) {
    waiting.remove(message);
    post.forget().accept(message.id());
    post.listener().waiting(name, waiting.size());
  }
}
