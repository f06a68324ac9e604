package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.reconcile.Definition.Look;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * What a first look asks, asked while the agent is still starting: its API, which must be there
 * before anything is changed, takes as long to start as the questions take. Nothing is changed
 * here, and what goes wrong is met again, and told, by the look itself.
 */
final class HeadStart {
  private final AppSettings settings;
  private final AppPorts ports;
  private @Nullable Begun begun;

  /**
   * @param at what is read is at least as new as this
   */
  record Begun(Instant at, FutureTask<Look> look) {}

  HeadStart(AppSettings settings, AppPorts ports) {
    this.settings = settings;
    this.ports = ports;
  }

  /** Before the first attempt, which may then run on any thread. */
  void begin() {
    FutureTask<Look> look = new FutureTask<>(ports.definition()::look);
    begun = new Begun(ports.time().now(), look);
    ports.workers().execute(look);
    ports.workers().execute(this::askEngine);
  }

  /** The engine's adapter keeps what it was told of containers that stay as they are. */
  private void askEngine() {
    try {
      ports.engine().observe(settings.app(), null);
    } catch (EngineException e) {
      // As above.
    }
  }

  /** Once: when it was begun and what it found; null where there is none. */
  @Nullable Taken take() {
    Begun taken = begun;
    begun = null;
    if (taken == null) {
      return null;
    }
    try {
      return new Taken(taken.at(), taken.look().get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (ExecutionException e) {
      return null;
    }
  }

  record Taken(Instant at, Look look) {}
}
