package dev.holdfast.cli;

import static dev.holdfast.cli.StatusView.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * When a sync has come to rest: a look was completed that began after it was asked for, and no
 * deployment is in progress but one that waits for a person or a window. A source that cannot be
 * read completes no look, and is told by its error; one that was there before counts only after a
 * while.
 */
final class Settling {
  private static final long OLD_ERROR_COUNTS_AFTER_NANOS = 15_000_000_000L;
  private final Instant asked;
  private final String errorBefore;
  private final Set<String> checked = new HashSet<>();
  private final long began = System.nanoTime();

  /**
   * @param asked by the clock of this host, which is the agent's
   */
  Settling(JsonNode before, Instant asked) {
    this.asked = asked;
    this.errorBefore = text(before.path("source"), "error");
    this.checked.add(text(before.path("source"), "checkedAt"));
  }

  Verdict judge(JsonNode app) {
    String error = text(app.path("source"), "error");
    boolean looked = looked(text(app.path("source"), "checkedAt"));
    boolean failed =
        !error.isEmpty()
            && (!error.equals(errorBefore)
                || System.nanoTime() - began > OLD_ERROR_COUNTS_AFTER_NANOS);
    String phase = text(app, "phase");
    boolean awaits = !text(app, "awaits").isEmpty();
    boolean busy = !awaits && (phase.equals("Progressing") || !text(app, "deployment").isEmpty());
    if (busy || !(looked || failed)) {
      return new Verdict.Waiting(Verdict.state(app));
    }
    return phase.equals("Synced")
        ? new Verdict.Confirmed("Synced at release " + text(app, "release"))
        : new Verdict.Failed(Verdict.state(app));
  }

  /** A clock that was set in between tells nothing; then the second look is the one. */
  private boolean looked(String at) {
    checked.add(at);
    return checked.size() > 2 || (checked.size() > 1 && !Instant.parse(at).isBefore(asked));
  }
}
