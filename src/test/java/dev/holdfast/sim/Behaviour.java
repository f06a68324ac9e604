package dev.holdfast.sim;

import dev.holdfast.model.ServiceSpec;
import java.time.Duration;

/** What an image does when it is run; migrations are one-off containers of the same image. */
record Behaviour(
    Kind kind, Duration after, int migrationExit, Duration migrationTakes, int undoExit) {
  Behaviour(Kind kind, Duration after, int migrationExit, Duration migrationTakes) {
    this(kind, after, migrationExit, migrationTakes, 0);
  }

  enum Kind {
    GOOD,
    COMPLETES,
    SLOW,
    /** Healthy whoever asks; only its users and Prometheus know. */
    SERVES_ERRORS,
    EXITS_AT_ONCE,
    CRASH_LOOPS,
    NEVER_HEALTHY,
    DIES_LATER,
    CANNOT_START,
    CANNOT_BE_CREATED
  }

  static final Behaviour GOOD =
      new Behaviour(Kind.GOOD, Duration.ofSeconds(2), 0, Duration.ofSeconds(3));

  /** Nobody who looks can take it for good; one that dies later may outlive the watch. */
  boolean isBad(ServiceSpec spec) {
    return spec.updates().replicas() > 0 && isBadWhereItRuns(spec);
  }

  private boolean isBadWhereItRuns(ServiceSpec spec) {
    boolean asked = spec.probe() != null || spec.container().healthcheck() != null;
    return switch (kind) {
      case GOOD, SLOW, SERVES_ERRORS, COMPLETES, DIES_LATER -> false;
      case NEVER_HEALTHY -> asked;
      case EXITS_AT_ONCE, CRASH_LOOPS, CANNOT_START, CANNOT_BE_CREATED -> true;
    };
  }

  boolean isGood() {
    return kind == Kind.GOOD
        || kind == Kind.SLOW
        || kind == Kind.SERVES_ERRORS
        || kind == Kind.COMPLETES;
  }
}
