package dev.holdfast.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The machine's clock. Waiting goes by the monotonic one; a stop ends all waiting at once. */
public final class SystemTime implements Time {
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Set<Thread> interruptible = ConcurrentHashMap.newKeySet();

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public long ticks() {
    return System.nanoTime();
  }

  @Override
  public void sleep(Duration duration) {
    try {
      if (stopping.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new Stopping();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Stopping();
    }
  }

  @Override
  public void checkStopping() {
    if (stopping.getCount() == 0) {
      throw new Stopping();
    }
  }

  @Override
  public <T> T interruptible(Supplier<T> call) {
    Thread thread = Thread.currentThread();
    interruptible.add(thread);
    try {
      checkStopping();
      return call.get();
    } finally {
      interruptible.remove(thread);
    }
  }

  /** From now on every wait ends. */
  public void stop() {
    stopping.countDown();
    interruptible.forEach(Thread::interrupt);
  }
}
