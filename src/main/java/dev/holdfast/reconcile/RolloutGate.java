package dev.holdfast.reconcile;

/**
 * Whose turn it is: lets no more apps roll out at the same time than agent.yaml's {@code
 * concurrency} says, and no two of a group. Looks and drift do not need it.
 */
public interface RolloutGate {
  RolloutGate OPEN =
      new RolloutGate() {
        @Override
        public Turn ask(String app, Claim claim) {
          return new Turn.Granted(() -> {});
        }

        @Override
        public void leave(String app) {}
      };

  /** Returns at once; who has to wait keeps its place in the row and asks again. */
  Turn ask(String app, Claim claim);

  /** What an app asks for its turn for. */
  enum Claim {
    /** A release that nothing was done for yet. */
    NEW,
    /** A rollback that a person asked for: what runs is bad. */
    ROLLBACK,
    /** Part of the work is done already, before this agent was started perhaps. */
    BEGUN
  }

  /** The app waits for nothing any more. */
  void leave(String app);

  sealed interface Turn {
    record Granted(Place place) implements Turn {}

    /** {@code why}: what it waits for. */
    record Later(String why) implements Turn {}
  }

  /** Closed when the rollout is over or left. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }
}
