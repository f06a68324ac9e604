package dev.holdfast.cli;

import static dev.holdfast.cli.StatusView.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** How a wait stands. */
sealed interface Verdict {
  record Confirmed(String message) implements Verdict {}

  record Failed(String reason) implements Verdict {}

  record Waiting(String state) implements Verdict {}

  /**
   * In this order: the app runs it and is Synced; a deployment of it that this wait has seen ended,
   * well or not; it is desired and in quarantine. Deployments that ended before the wait began say
   * nothing: the same version may be on its way a second time.
   */
  static Verdict of(Selector wanted, JsonNode app, Iterable<JsonNode> deployments) {
    if (wanted.isDesired(app) && Selector.runsDesired(app)) {
      return new Confirmed("release " + text(app, "release") + " is confirmed");
    }
    for (JsonNode record : deployments) {
      if (isOf(wanted, record, app)) {
        return ofRecord(record, app);
      }
    }
    return wanted.isDesired(app) ? quarantine(app) : waiting(wanted, app);
  }

  /** Whether a deployment was for what is waited for. */
  static boolean isOf(Selector wanted, JsonNode record, JsonNode app) {
    return wanted.ofRecord(record)
        || (wanted instanceof Selector.Desired && isOfDesired(record, app));
  }

  private static boolean isOfDesired(JsonNode record, JsonNode app) {
    return text(record, "release").equals(text(app.path("desired"), "release"));
  }

  private static Verdict ofRecord(JsonNode record, JsonNode app) {
    String id = text(record, "deployment_id");
    String reason = text(record.path("failure"), "reason");
    return switch (text(record, "status")) {
      case "succeeded" -> {
        // The record closes a moment before the app is shown as Synced; once something newer is
        // desired, it never will be.
        boolean current = isOfDesired(record, app);
        yield current
            ? new Waiting(state(app))
            : new Confirmed(
                "release "
                    + text(record, "release")
                    + " was confirmed by deployment "
                    + id
                    + "; a newer one is desired since");
      }
      case "in-progress" -> new Waiting(state(app));
      case "superseded" ->
          new Failed(
              "deployment "
                  + id
                  + " was superseded by a newer desired state before it touched anything");
      default ->
          new Failed(
              "deployment "
                  + id
                  + " ended "
                  + text(record, "status")
                  + failedAt(record, reason)
                  + "; see: holdfast logs "
                  + id);
    };
  }

  private static String failedAt(JsonNode record, String reason) {
    String service = text(record.path("failure"), "service");
    String step =
        text(record.path("failure"), "step") + (service.isEmpty() ? "" : " of " + service);
    return reason.isEmpty() ? "" : " at " + step + ": " + reason;
  }

  private static Verdict quarantine(JsonNode app) {
    String desired = text(app.path("desired"), "release");
    for (JsonNode entry : app.path("quarantined")) {
      boolean idle = !Set.of("Progressing").contains(text(app, "phase"));
      if (idle && text(entry, "release").equals(desired)) {
        String again = text(entry, "retryAt");
        String next =
            again.isEmpty()
                ? "; after a repair: holdfast retry " + text(app, "app")
                : "; it is tried again at " + again;
        return new Failed(
            "release "
                + desired
                + " is in quarantine since it failed: "
                + text(entry, "reason")
                + next);
      }
    }
    return new Waiting(state(app));
  }

  private static Verdict waiting(Selector wanted, JsonNode app) {
    return new Waiting(wanted.text() + " is not desired yet; " + state(app));
  }

  static String state(JsonNode app) {
    String reason = text(app, "reason");
    return "the app is " + text(app, "phase") + (reason.isEmpty() ? "" : ": " + reason);
  }
}
