package dev.holdfast.reconcile;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When an app is looked at: one attempt at a time, a trigger that comes meanwhile is remembered
 * once, and the next attempt is due an interval after the last, give or take a tenth. Intervals go
 * by the monotonic clock, so that a clock that is set makes no burst.
 */
final class AppTurn {
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final Duration SHORTEST = Duration.ofMillis(500);
  private static final double JITTER = 0.1;

  private final AppReconciler reconciler;
  private final Duration interval;
  private final Executor workers;
  private final RandomGenerator random;
  private final WokenLook woken = new WokenLook();
  private @Nullable AppTurn before;
  private boolean running;
  private boolean asked = true;
  private boolean closed;
  private long dueAt;
  private int hurries;
  private long completedAt;
  private long begunAt;
  private boolean everCompleted;

  /**
   * @param before the turn of the same app under other settings, whose last attempt is waited for;
   *     or null
   */
  AppTurn(
      AppReconciler reconciler,
      Duration interval,
      Executor workers,
      RandomGenerator random,
      @Nullable AppTurn before) {
    this.before = before;
    this.reconciler = reconciler;
    this.interval = interval;
    this.workers = workers;
    this.random = random;
    this.completedAt = System.nanoTime();
  }

  AppReconciler reconciler() {
    return reconciler;
  }

  /** Look as soon as the present attempt, if there is one, is over. */
  void ask() {
    synchronized (this) {
      asked = true;
    }
    tick();
  }

  /**
   * Look before the time, as often as the cause may; one that is remembered already is not
   * remembered twice.
   *
   * @return whether this brought a look that nothing else had asked for
   */
  boolean wake(Wake cause) {
    synchronized (this) {
      if (closed || asked || !woken.ask(cause, System.nanoTime())) {
        return false;
      }
    }
    tick();
    return true;
  }

  private boolean isDue() {
    long now = System.nanoTime();
    return asked || now - dueAt >= 0 || woken.isDue(now);
  }

  /** Begins an attempt where one is due. */
  void tick() {
    synchronized (this) {
      boolean due = isDue();
      if (running || closed || !due || (before != null && before.busy())) {
        return;
      }
      before = null;
      running = true;
      asked = false;
      woken.clear();
      begunAt = System.nanoTime();
    }
    workers.execute(this::run);
  }

  private void run() {
    AppReconciler.@Nullable Result result = null;
    try {
      result = reconciler.attempt();
    } catch (Time.Stopping e) {
      close();
    } finally {
      finished(result);
    }
    tick();
  }

  private synchronized void finished(AppReconciler.@Nullable Result result) {
    running = false;
    everCompleted |= result != null;
    completedAt = System.nanoTime();
    dueAt = completedAt + pause(result).toNanos();
    notifyAll();
  }

  /**
   * What is under way goes on at once; what was left for lack of an engine is tried soon, then less
   * and less soon.
   */
  private Duration pause(AppReconciler.@Nullable Result result) {
    Duration pause = plain(result);
    Duration within = result == null ? null : result.within();
    return within == null || pause.compareTo(within) <= 0
        ? pause
        : within.compareTo(SHORTEST) < 0 ? SHORTEST : within;
  }

  private Duration plain(AppReconciler.@Nullable Result result) {
    if (result != null && result.again() && hurries < 20) {
      hurries++;
      return Duration.ZERO;
    }
    boolean left =
        result == null
            || result.phase() == AppView.Phase.Progressing
            || result.phase() == AppView.Phase.Unknown;
    if (left) {
      hurries++;
      Duration growing = SOON.multipliedBy(1L << Math.min(hurries, 6));
      return growing.compareTo(interval) < 0 ? growing : jittered();
    }
    hurries = 0;
    return jittered();
  }

  private Duration jittered() {
    double factor = 1 + JITTER * (2 * random.nextDouble() - 1);
    return Duration.ofNanos((long) (interval.toNanos() * factor));
  }

  synchronized boolean everCompleted() {
    return everCompleted;
  }

  /** How long nothing has been heard of it. */
  synchronized Duration silence() {
    return Duration.ofNanos(System.nanoTime() - (running ? begunAt : completedAt));
  }

  /** An attempt runs, of this turn or of one before it. */
  synchronized boolean busy() {
    return running || (before != null && before.busy());
  }

  synchronized boolean running() {
    return running;
  }

  synchronized void close() {
    closed = true;
  }

  /** Waits until no attempt runs. */
  synchronized boolean awaitIdle(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    if (before != null && !before.awaitIdle(limit)) {
      return false;
    }
    while (running) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
