package dev.holdfast.agent;

import dev.holdfast.reconcile.RolloutGate;
import dev.holdfast.reconcile.Time;
import java.time.Duration;
import java.util.function.IntSupplier;

/** Counts the rollouts that run; one more than agent.yaml allows waits for its turn. */
final class Places implements RolloutGate {
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

  private final IntSupplier most;
  private final Time time;
  private int taken;

  Places(IntSupplier most, Time time) {
    this.most = most;
    this.time = time;
  }

  @Override
  public Place enter(String app) {
    while (!take()) {
      time.sleep(BETWEEN_TRIES);
    }
    return this::leave;
  }

  private synchronized boolean take() {
    if (taken >= most.getAsInt()) {
      return false;
    }
    taken++;
    return true;
  }

  private synchronized void leave() {
    taken--;
  }
}
