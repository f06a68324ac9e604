package dev.holdfast.reconcile;

/**
 * Lets no more apps roll out at the same time than agent.yaml's {@code concurrency} says. Looks and
 * drift do not need it.
 */
public interface RolloutGate {
  RolloutGate OPEN = app -> () -> {};

  /** Waits for a place. */
  Place enter(String app);

  /** Closed when the rollout is over or left. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }
}
