package dev.holdfast.reconcile;

import dev.holdfast.docker.Engine;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.ObservedState;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Carries out one change on the engine. An answer that did not come is not a no: after a timeout or
 * a 5xx the engine is asked for the effect before the change is tried again, a few times. An engine
 * that is about to end answers 5xx too, so its own errors are given the same time, and so is a
 * container that it could not start: a deployment, and a rollback above all, must not be lost to
 * what passes within two seconds.
 */
final class EngineCalls {
  private static final List<Duration> BETWEEN_TRIES =
      List.of(Duration.ofMillis(300), Duration.ofMillis(600), Duration.ofMillis(1200));

  private final Engine engine;
  private final Time time;
  private final String app;

  EngineCalls(Engine engine, Time time, String app) {
    this.engine = engine;
    this.time = time;
    this.app = app;
  }

  /**
   * @param effect whether a look shows that the change was made
   */
  StepResult change(Runnable change, Predicate<ObservedState> effect) {
    String last = "";
    for (int i = 0; i <= BETWEEN_TRIES.size(); i++) {
      try {
        change.run();
        return StepResult.Done.PLAIN;
      } catch (EngineException.Ambiguous | EngineException.NotStarted e) {
        last = message(e);
        if (effect.test(engine.observe(app, null))) {
          return new StepResult.Done("the engine's answer was lost, and it was done: " + last);
        }
        if (i < BETWEEN_TRIES.size()) {
          time.sleep(BETWEEN_TRIES.get(i));
        }
      }
    }
    return StepResult.Failed.of(last);
  }

  /** Names what to do about an engine that did not do what it was asked. */
  static StepResult classify(EngineException e) {
    return switch (e) {
      case EngineException.Unreachable away -> new StepResult.Suspended(message(away));
      case EngineException.Ambiguous lost -> new StepResult.Suspended(message(lost), true);
      case EngineException.HostBroken broken -> new StepResult.Suspended(message(broken));
      case EngineException.NotFound gone -> new StepResult.Replan(message(gone));
      case EngineException.Conflict conflict -> new StepResult.Replan(message(conflict));
      case EngineException.TimedOut late -> StepResult.Failed.of(message(late));
      case EngineException.NotStarted broken -> StepResult.Failed.of(message(broken));
      case EngineException.Stuck stuck -> StepResult.Failed.of(message(stuck));
      case EngineException.Refused refused -> StepResult.Failed.of(message(refused));
    };
  }

  static String message(RuntimeException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
