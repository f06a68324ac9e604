package dev.holdfast.probe;

import dev.holdfast.probe.Prober.Beat;
import dev.holdfast.probe.Prober.Sample;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Polls on a virtual thread: every {@link #TICK} at first, then less and less often, so that a
 * container that takes minutes to come up is not hammered. Its end is bounded, whether it is closed
 * or not.
 */
final class PollingBeat implements Beat {
  private static final long TICK = Duration.ofMillis(25).toNanos();
  private static final long SLOWEST = Duration.ofMillis(500).toNanos();
  private static final long EAGER = Duration.ofSeconds(10).toNanos();
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Function<Duration, Sample> question;
  private final long end;
  private final Thread thread;
  private volatile long first;
  private volatile long last;
  private volatile boolean passed;
  private volatile boolean closed;

  PollingBeat(Function<Duration, Sample> question, Duration limit) {
    this.question = question;
    this.end = System.nanoTime() + limit.toNanos();
    this.thread = Thread.ofVirtual().name("beat").start(this::poll);
  }

  private void poll() {
    long begun = System.nanoTime();
    while (!closed && System.nanoTime() - end < 0) {
      long asked = System.nanoTime();
      boolean well = question.apply(PATIENCE) instanceof Sample.Passed;
      long answered = System.nanoTime();
      if (closed) {
        return;
      }
      if (well) {
        first = passed ? first : answered;
        last = asked;
        passed = true;
      }
      long age = answered - begun;
      long tick = age < EAGER ? TICK : Math.min(SLOWEST, TICK * (age / EAGER) * 2);
      LockSupport.parkNanos(tick);
    }
  }

  @Override
  public OptionalLong first() {
    return passed ? OptionalLong.of(first) : OptionalLong.empty();
  }

  @Override
  public OptionalLong last() {
    return passed ? OptionalLong.of(last) : OptionalLong.empty();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
