package dev.holdfast.wake;

import dev.holdfast.docker.ContainerEvent;
import dev.holdfast.docker.EngineException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows the engine's events over one stream for all apps. A stream that ends is opened again from
 * where it stopped, ever less often while that fails. An engine that was away wakes all apps: what
 * happened meanwhile it may have forgotten.
 */
public final class EngineWatch implements AutoCloseable {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(60);
  // A connection whose other end is gone without a word is never read again.
  private static final Duration LIMIT = Duration.ofMinutes(30);

  private final Events events;
  private final Consumer<String> wake;
  private final Runnable wakeAll;
  private final Duration first;
  private final AtomicLong last = new AtomicLong();
  private volatile boolean away;
  private volatile boolean begun;
  private @Nullable Thread thread;
  private volatile boolean closed;

  /** The engine, as far as its events go. */
  @FunctionalInterface
  public interface Events {
    void follow(long after, Duration limit, Runnable begun, Consumer<ContainerEvent> to);
  }

  /**
   * @param wake an app by its name, which may be none of ours
   */
  public EngineWatch(Events events, Consumer<String> wake, Runnable wakeAll) {
    this(events, wake, wakeAll, FIRST);
  }

  EngineWatch(Events events, Consumer<String> wake, Runnable wakeAll, Duration first) {
    this.events = events;
    this.wake = wake;
    this.wakeAll = wakeAll;
    this.first = first;
  }

  public synchronized void start() {
    if (thread == null && !closed) {
      thread = Thread.ofVirtual().name("engine-events").start(this::run);
    }
  }

  private void run() {
    int failures = 0;
    while (!closed) {
      begun = false;
      try {
        events.follow(last.get(), LIMIT, this::opened, this::happened);
        failures = 0;
      } catch (EngineException e) {
        // The looks say what is wrong with the engine.
        away = true;
        failures = begun ? 0 : failures + 1;
      }
      if (!sleep(pause(failures))) {
        return;
      }
    }
  }

  private void opened() {
    begun = true;
    if (away) {
      away = false;
      wakeAll.run();
    }
  }

  private void happened(ContainerEvent event) {
    last.accumulateAndGet(event.nanos(), Math::max);
    wake.accept(event.project());
  }

  private Duration pause(int failures) {
    Duration doubled = first.multipliedBy(1L << Math.min(Math.max(failures - 1, 0), 10));
    return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
  }

  private boolean sleep(Duration pause) {
    try {
      Thread.sleep(pause);
      return !closed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
