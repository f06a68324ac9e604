package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Usage;
import dev.holdfast.reconcile.Apps.Taken;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an app's containers take, for whoever looks at them.
 *
 * <ol>
 *   <li>Nobody asks, nothing is asked: no look and no timer ends here.
 *   <li>However many ask, the engine is asked once per container every {@value #FRESH_SECONDS} s,
 *       one container at a time, by one asker per app.
 *   <li>Nobody waits for a slow engine: after {@value #PATIENCE_MILLIS} ms the answer is what was
 *       known before.
 * </ol>
 */
final class UsageMeter {
  private static final int FRESH_SECONDS = 3;
  private static final int PATIENCE_MILLIS = 700;
  private static final Duration TOO_OLD = Duration.ofSeconds(60);
  private static final Duration FIRST_STRETCH = Duration.ofMillis(250);
  private static final int MOST = 64;

  private final Function<String, Optional<Usage>> engine;
  private final Executor workers;
  private Map<String, Usage> counts = Map.of();
  private Map<String, Taken> known = Map.of();
  private long countedAt = System.nanoTime() - TOO_OLD.toNanos();
  private @Nullable CompletableFuture<Void> asking;

  UsageMeter(Function<String, Optional<Usage>> engine, Executor workers) {
    this.engine = engine;
    this.workers = workers;
  }

  Map<String, Taken> of(List<String> ids) {
    await(asked(ids.stream().limit(MOST).toList()));
    return known();
  }

  private synchronized Map<String, Taken> known() {
    return known;
  }

  private synchronized @Nullable CompletableFuture<Void> asked(List<String> ids) {
    if (asking == null && age() >= TimeUnit.SECONDS.toNanos(FRESH_SECONDS) && !ids.isEmpty()) {
      asking = CompletableFuture.runAsync(() -> ask(ids), workers).whenComplete((a, b) -> done());
    }
    return asking;
  }

  private synchronized void done() {
    asking = null;
  }

  private synchronized long age() {
    return System.nanoTime() - countedAt;
  }

  private static void await(@Nullable CompletableFuture<Void> asking) {
    if (asking == null) {
      return;
    }
    try {
      asking.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // What is known is told; a defect of the call is in the engine's own words elsewhere.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A rate needs two counts: where there is none of before, a short stretch gives the first. */
  private void ask(List<String> ids) {
    try {
      if (age() > TOO_OLD.toNanos()) {
        note(count(ids));
        Thread.sleep(FIRST_STRETCH);
      }
      note(count(ids));
    } catch (EngineException.Unreachable e) {
      note(Map.of());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<String, Usage> count(List<String> ids) {
    Map<String, Usage> counts = new HashMap<>();
    ids.forEach(id -> count(id).ifPresent(usage -> counts.put(id, usage)));
    return counts;
  }

  private Optional<Usage> count(String id) {
    try {
      return engine.apply(id);
    } catch (EngineException.Unreachable e) {
      throw e;
    } catch (EngineException e) {
      // Gone since the last look: there is nothing to tell of it.
      return Optional.empty();
    }
  }

  private synchronized void note(Map<String, Usage> now) {
    Map<String, Taken> taken = new HashMap<>();
    now.forEach(
        (id, usage) ->
            taken.put(id, new Taken(processor(counts.get(id), usage), usage.memoryBytes())));
    counts = now;
    known = Map.copyOf(taken);
    countedAt = System.nanoTime();
  }

  private static @Nullable Double processor(@Nullable Usage before, Usage now) {
    if (before == null || now.processorNanos() < before.processorNanos()) {
      return null;
    }
    long stretch = Duration.between(before.at(), now.at()).toNanos();
    return stretch <= 0
        ? null
        : (now.processorNanos() - before.processorNanos()) / (double) stretch;
  }
}
