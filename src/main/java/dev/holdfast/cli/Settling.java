package dev.holdfast.cli;

import static dev.holdfast.cli.StatusView.text;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * When a sync has come to rest: a look was completed after it was asked for, and no deployment is
 * in progress. A source that cannot be read completes no look, and is told by its error; one that
 * was there before counts only after a while.
 */
final class Settling {
  private static final long OLD_ERROR_COUNTS_AFTER_NANOS = 15_000_000_000L;
  private final String checkedBefore;
  private final String errorBefore;
  private final long began = System.nanoTime();

  Settling(JsonNode before) {
    this.checkedBefore = text(before.path("source"), "checkedAt");
    this.errorBefore = text(before.path("source"), "error");
  }

  Verdict judge(JsonNode app) {
    String error = text(app.path("source"), "error");
    boolean looked = !text(app.path("source"), "checkedAt").equals(checkedBefore);
    boolean failed =
        !error.isEmpty()
            && (!error.equals(errorBefore)
                || System.nanoTime() - began > OLD_ERROR_COUNTS_AFTER_NANOS);
    String phase = text(app, "phase");
    boolean busy = phase.equals("Progressing") || !text(app, "deployment").isEmpty();
    if (busy || !(looked || failed)) {
      return new Verdict.Waiting(Verdict.state(app));
    }
    return phase.equals("Synced")
        ? new Verdict.Confirmed("Synced at release " + text(app, "release"))
        : new Verdict.Failed(Verdict.state(app));
  }
}
