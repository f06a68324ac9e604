package dev.holdfast.reconcile;

import java.util.List;

/** What came of a step, named by what happens next. */
sealed interface StepResult {
  record Done(String message) implements StepResult {
    static final Done PLAIN = new Done("");
  }

  /**
   * It failed and will again.
   *
   * @param outside the cause lies outside the release (a registry that is away): it may be tried
   *     again by itself later
   */
  record Failed(String reason, List<String> logTail, boolean outside) implements StepResult {
    public Failed {
      logTail = List.copyOf(logTail);
    }

    static Failed of(String reason) {
      return new Failed(reason, List.of(), false);
    }
  }

  /** The world is not what the plan was made from: look again. */
  record Replan(String reason) implements StepResult {}

  /**
   * Nothing can be known now: leave everything as it stands and come back.
   *
   * @param unanswered the engine is there, and whether it did what it was asked is not known
   */
  record Suspended(String reason, boolean unanswered) implements StepResult {
    Suspended(String reason) {
      this(reason, false);
    }
  }
}
