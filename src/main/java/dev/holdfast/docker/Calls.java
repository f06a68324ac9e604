package dev.holdfast.docker;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs each call to the engine on a virtual thread of its own, so that whoever asked can go on
 * without the answer.
 *
 * <ol>
 *   <li>Reads on a unix socket know no timeout. Interrupting a virtual thread closes the socket
 *       that it reads from, unix or TCP, and so ends the call and frees its connection.
 *   <li>A call that does not end even so is counted as stuck. Beyond {@link #MOST_STUCK} of them
 *       every further call fails at once, so that an engine that hangs costs a bounded number of
 *       threads.
 * </ol>
 */
final class Calls {
  static final int MOST_STUCK = 16;

  private final Set<Thread> abandoned = ConcurrentHashMap.newKeySet();
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Instant lastAway;

  /** Runs {@code call} and waits for it, no longer than {@code deadline}. */
  <T> T within(Duration deadline, String what, Callable<T> call) {
    try (Call<T> started = start(what, call)) {
      return started.await(deadline);
    }
  }

  <T> Call<T> start(String what, Callable<T> call) {
    abandoned.removeIf(thread -> !thread.isAlive());
    if (abandoned.size() >= MOST_STUCK) {
      throw new EngineException.Unreachable(
          "could not "
              + what
              + ": the engine hangs, "
              + abandoned.size()
              + " earlier calls have not come back",
          null);
    }
    return new Call<>(what, call);
  }

  /** When a call last found nobody to take it; null where that never was. */
  @Nullable Instant lastAway() {
    return lastAway;
  }

  /** How many calls have a thread now, waited for or not. */
  int live() {
    return running.size();
  }

  /** A call under way. Closing it before its end gives it up. */
  final class Call<T> implements AutoCloseable {
    private final String what;
    private final FutureTask<T> task;
    private final Thread thread;

    private Call(String what, Callable<T> call) {
      this.what = what;
      this.task = new FutureTask<>(call);
      this.thread = Thread.ofVirtual().name("engine: " + what).unstarted(this::run);
      running.add(thread);
      thread.start();
    }

    private void run() {
      try {
        task.run();
      } finally {
        running.remove(Thread.currentThread());
      }
    }

    boolean isDone() {
      return task.isDone();
    }

    /** Waits a moment; true once it has ended, well or not. */
    boolean awaitDone(Duration moment) {
      try {
        task.get(moment.toNanos(), TimeUnit.NANOSECONDS);
        return true;
      } catch (TimeoutException e) {
        return false;
      } catch (CancellationException | ExecutionException e) {
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EngineException.Ambiguous(
            "could not " + what + ": the agent stopped waiting for the answer", e);
      }
    }

    T await(Duration deadline) {
      try {
        return task.get(Math.max(deadline.toNanos(), 0), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new EngineException.Ambiguous(
            "could not " + what + ": no answer from the engine within " + Texts.of(deadline), null);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EngineException.Ambiguous(
            "could not " + what + ": the agent stopped waiting for the answer", e);
      } catch (CancellationException e) {
        throw new EngineException.Ambiguous("could not " + what + ": it was given up", e);
      } catch (ExecutionException e) {
        throw failure(e);
      }
    }

    private RuntimeException failure(ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof Error error) {
        throw error;
      }
      RuntimeException failure = Failures.translate(what, cause);
      if (failure instanceof EngineException.Unreachable) {
        lastAway = Instant.now();
      }
      return failure;
    }

    @Override
    public void close() {
      if (!task.isDone()) {
        abandoned.add(thread);
        task.cancel(true);
      }
    }
  }
}
