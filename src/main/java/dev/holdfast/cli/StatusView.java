package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.Table.Column;
import dev.holdfast.cli.Table.Cut;
import dev.holdfast.cli.Terminal.Colour;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Apps as a person wants to see them: one line each, below it why it is not Synced, and its
 * services.
 */
final class StatusView {
  private static final int SHORT_COMMIT = 7;

  private StatusView() {}

  static List<String> lines(List<JsonNode> apps, Terminal terminal, Instant now) {
    if (apps.isEmpty()) {
      return List.of("no apps; agent.yaml names none");
    }
    List<String> rows = appTable(apps, now).lines(terminal.width());
    List<String> services = serviceTable(apps).lines(terminal.width() - 2);
    List<String> lines = new ArrayList<>();
    lines.add(rows.getFirst());
    int service = 1;
    for (int i = 0; i < apps.size(); i++) {
      JsonNode app = apps.get(i);
      lines.add(painted(rows.get(i + 1), app.path("phase").asText(), terminal));
      reasons(app).forEach(reason -> lines.addAll(terminal.broken(reason, 6)));
      int count = Math.max(app.path("services").size(), 0);
      if (count > 0) {
        lines.add("  " + services.getFirst());
      }
      for (int n = 0; n < count; n++) {
        lines.add("  " + services.get(service++));
      }
    }
    return lines;
  }

  private static Table appTable(List<JsonNode> apps, Instant now) {
    Table table =
        new Table(
            new Column("APP", Cut.END),
            new Column("PHASE", Cut.NEVER),
            new Column("RELEASE", Cut.NEVER),
            new Column("VERSION", Cut.END),
            new Column("COMMIT", Cut.NEVER),
            new Column("SINCE", Cut.NEVER));
    for (JsonNode app : apps) {
      table.row(
          text(app, "app"),
          text(app, "phase"),
          text(app, "release"),
          text(app, "version"),
          shortCommit(text(app, "commit")),
          Ages.since(text(app, "since"), now));
    }
    return table;
  }

  private static Table serviceTable(List<JsonNode> apps) {
    Table table =
        new Table(
            new Column("SERVICE", Cut.END),
            new Column("IMAGE", Cut.BEGINNING),
            new Column("HEALTH", Cut.NEVER),
            new Column("RESTARTS", Cut.NEVER));
    for (JsonNode app : apps) {
      for (JsonNode service : app.path("services")) {
        table.row(
            text(service, "service"), text(service, "image"), health(service), restarts(service));
      }
    }
    return table;
  }

  /**
   * The worst of its containers says how a service is; one without a healthcheck is as good as its
   * state.
   */
  static String health(JsonNode service) {
    String worst = "";
    for (JsonNode container : service.path("containers")) {
      String state = text(container, "state");
      String health = text(container, "health");
      String shown = state.equals("running") && !health.isEmpty() ? health : state;
      boolean good = shown.equals("healthy") || shown.equals("running");
      if (worst.isEmpty() || !good) {
        worst = shown;
      }
    }
    String none = worst.isEmpty() ? "no container" : worst;
    return service.path("inSync").asBoolean(true) ? none : none + " (not in sync)";
  }

  private static String restarts(JsonNode service) {
    int sum = 0;
    for (JsonNode container : service.path("containers")) {
      sum += container.path("restarts").asInt();
    }
    return Integer.toString(sum);
  }

  private static List<String> reasons(JsonNode app) {
    List<String> reasons = new ArrayList<>();
    if (!text(app, "phase").equals("Synced")) {
      addReason(reasons, "", text(app, "reason"));
      JsonNode hold = app.path("hold");
      addReason(reasons, "held by ", text(hold, "by"));
      addReason(reasons, "still to be restored: ", String.join(", ", owed(hold)));
      String desired = text(app.path("desired"), "release");
      addReason(
          reasons,
          "desired: ",
          desired.equals(text(app, "release"))
              ? ""
              : desired + blankBefore(text(app.path("desired"), "version")));
    }
    for (JsonNode shell : app.path("shells")) {
      addReason(
          reasons,
          "a shell is open: ",
          "%s in %s since %s"
              .formatted(text(shell, "by"), text(shell, "service"), text(shell, "since")));
    }
    JsonNode approval = app.path("approval");
    boolean answered = !text(approval, "by").isEmpty();
    addReason(reasons, "", answered ? text(approval, "state") + " by " + text(approval, "by") : "");
    approval.path("changes").forEach(line -> addReason(reasons, "changes ", line.asText()));
    approval.path("migrations").forEach(line -> addReason(reasons, "migrates ", line.asText()));
    JsonNode rollback = app.path("rollback");
    boolean automatic = rollback.path("automatic").asBoolean();
    addReason(
        reasons,
        automatic ? "automatic rollback: " : "no automatic rollback: ",
        rollback.isObject() ? text(rollback, "reason") : "");
    boolean notice = text(app, "phase").equals("Synced");
    addReason(reasons, "", notice ? text(app, "reason") : "");
    String error = text(app.path("source"), "error");
    addReason(reasons, "source: ", error.equals(text(app, "reason")) ? "" : error);
    return reasons;
  }

  private static List<String> owed(JsonNode hold) {
    List<String> owed = new ArrayList<>();
    hold.path("owed").forEach(name -> owed.add(name.asText()));
    return owed;
  }

  private static void addReason(List<String> reasons, String before, String text) {
    if (!text.isEmpty()) {
      Text.lines(text).lines().limit(20).forEach(line -> reasons.add("  ! " + before + line));
    }
  }

  private static String blankBefore(String text) {
    return text.isEmpty() ? "" : " " + text;
  }

  private static String painted(String row, String phase, Terminal terminal) {
    Colour colour =
        switch (phase) {
          case "Synced" -> Colour.GREEN;
          case "Progressing" -> Colour.BLUE;
          case "Degraded" -> Colour.RED;
          default -> Colour.YELLOW;
        };
    int at = row.indexOf("  " + phase);
    return at < 0
        ? row
        : row.substring(0, at + 2)
            + terminal.paint(colour, phase)
            + row.substring(at + 2 + phase.length());
  }

  static String shortCommit(String commit) {
    return commit.length() > SHORT_COMMIT ? commit.substring(0, SHORT_COMMIT) : commit;
  }

  /** A field's text; empty where it is missing or null. */
  static String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    return value.isNull() ? "" : value.asText();
  }
}
