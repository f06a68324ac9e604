package dev.holdfast.agent;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Runs a task again and again, a pause after each end, by the machine's steady counter: whoever
 * sets the clock back for two hours does not stop it for two hours. What is missed while the
 * process or the machine stands still is not made up for, and nothing that the task throws ends it.
 */
final class Ticker implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger("holdfast");
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("ticker").factory());

  void every(Duration pause, Runnable task) {
    Future<?> _ =
        thread.scheduleWithFixedDelay(
            () -> guarded(task), pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** An executor never again runs a task that threw once. */
  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.error("a defect of the agent, in the turn of its loop: " + e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
