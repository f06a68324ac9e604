package dev.holdfast.model;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What was said to a release that needs a person's word; {@code by} whom, and why. */
public record Approval(State state, String by, Instant at, @Nullable String reason) {
  public enum State {
    APPROVED,
    REJECTED,
    /** Nobody said anything in time. */
    EXPIRED;

    /** As in records and the API. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** {@code rejected by alice: too late in the day}. */
  public String said() {
    return state.text() + " by " + by + (reason == null ? "" : ": " + reason);
  }
}
