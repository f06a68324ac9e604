package dev.holdfast.agent;

import dev.holdfast.docker.DockerEngine;
import dev.holdfast.docker.EngineException;
import dev.holdfast.reconcile.Fleet;
import dev.holdfast.reconcile.LoopHealth;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether every app is looked at as often as it should be, and what stands against it. */
final class FleetHealth implements LoopHealth {
  /**
   * A pull may take half an hour, a migration longer; what is silent for longer than that has
   * stopped turning.
   */
  private static final Duration BUSY_LIMIT = Duration.ofHours(2);

  private static final Duration IDLE_MARGIN = Duration.ofSeconds(60);

  private final Fleet fleet;
  private final DockerEngine engine;
  private final Supplier<Duration> interval;
  private final Supplier<Optional<String>> configProblem;

  /**
   * @param configProblem what is wrong with agent.yaml
   */
  FleetHealth(
      Fleet fleet,
      DockerEngine engine,
      Supplier<Duration> interval,
      Supplier<Optional<String>> configProblem) {
    this.fleet = fleet;
    this.engine = engine;
    this.interval = interval;
    this.configProblem = configProblem;
  }

  @Override
  public boolean live() {
    return fleet.silent(idleLimit(), BUSY_LIMIT).isEmpty();
  }

  private Duration idleLimit() {
    Duration one = interval.get();
    return one.plus(one).plus(one).plus(IDLE_MARGIN);
  }

  @Override
  public boolean ready() {
    if (!fleet.notLookedAt().isEmpty()) {
      return false;
    }
    try {
      engine.ping();
      return true;
    } catch (EngineException e) {
      return false;
    }
  }

  @Override
  public String detail() {
    Map<String, Duration> silent = fleet.silent(idleLimit(), BUSY_LIMIT);
    if (!silent.isEmpty()) {
      return "no look at " + String.join(", ", silent.keySet()) + " was completed in time";
    }
    List<String> waiting = fleet.notLookedAt();
    boolean valid = configProblem.get().isEmpty();
    if (!waiting.isEmpty()) {
      return "waiting for the first look at " + String.join(", ", waiting);
    }
    return valid
        ? "every app is looked at"
        : "agent.yaml is wrong, so the one before stays in force";
  }
}
