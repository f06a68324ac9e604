package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Asks the agent again and again until an app's state gives a verdict or the time is out. An agent
 * that restarts meanwhile is waited for: its deployment goes on where it was.
 */
final class Patience {
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int RECENT = 20;
  private final Context context;
  private final AgentClient client;
  private final String app;
  private final Set<String> seen = new HashSet<>();
  private final PullBars bars;
  private PrintStream out;
  private String shown = "";

  Patience(Context context, AgentClient client, String app) {
    this.context = context;
    this.client = client;
    this.app = app;
    this.bars = new PullBars(context.terminal());
    this.out = context.terminal().out();
  }

  /** Where the good news goes. */
  void confirmTo(PrintStream other) {
    out = other;
  }

  private void confirmed(String message) {
    out.println(Text.line(app + ": " + message));
  }

  /**
   * What the agent said of the app, and the deployments of it that were in progress since the wait
   * began, newest first.
   */
  record Look(JsonNode app, List<JsonNode> deployments) {}

  void await(Duration timeout, Function<Look, Verdict> judge) throws InterruptedException {
    Instant began = context.clock().instant();
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      CliException unreachable = null;
      JsonNode pulls = JsonNodeFactory.instance.arrayNode();
      Verdict verdict = new Verdict.Waiting("");
      try {
        Look look = look(began);
        verdict = judge.apply(look);
        pulls = pulls(look.app());
      } catch (CliException e) {
        if (e.code() != CliException.NO_AGENT) {
          throw e;
        }
        unreachable = e;
      }
      bars.clear();
      switch (verdict) {
        case Verdict.Confirmed confirmed -> {
          confirmed(confirmed.message());
          return;
        }
        case Verdict.Failed failed ->
            throw new CliException(CliException.FAILED, app + ": " + failed.reason());
        case Verdict.Waiting waiting ->
            show(unreachable == null ? waiting.state() : "the agent does not answer");
      }
      bars.show(pulls);
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw timeIsOut(timeout, unreachable);
      }
      Thread.sleep(Math.min(PAUSE.toMillis(), Math.max(1, left / 1_000_000)));
    }
  }

  private Look look(Instant began) {
    JsonNode view = client.get("read app " + app, "/api/v1/apps/" + AgentClient.segment(app));
    String running = StatusView.text(view, "deployment");
    if (!running.isEmpty()) {
      seen.add(running);
    }
    List<JsonNode> deployments = new ArrayList<>();
    for (JsonNode record :
        client.get(
            "read the history",
            "/api/v1/deployments?limit=" + RECENT + "&app=" + AgentClient.segment(app))) {
      if (seen.contains(StatusView.text(record, "deployment_id"))
          || isOpen(record)
          || beganAfter(record, began)) {
        seen.add(StatusView.text(record, "deployment_id"));
        deployments.add(record);
      }
    }
    return new Look(view, deployments);
  }

  /** Asked only while there may be some. */
  private JsonNode pulls(JsonNode view) {
    return StatusView.text(view, "deployment").isEmpty()
        ? JsonNodeFactory.instance.arrayNode()
        : client.get(
            "read the pulls of " + app, "/api/v1/apps/" + AgentClient.segment(app) + "/pulls");
  }

  private static boolean isOpen(JsonNode record) {
    return StatusView.text(record, "status").equals("in-progress");
  }

  private static boolean beganAfter(JsonNode record, Instant began) {
    try {
      return Instant.parse(StatusView.text(record, "timestamp")).isAfter(began);
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private void show(String state) {
    if (!state.equals(shown)) {
      context.terminal().err().println(Text.line(app + ": " + state));
      shown = state;
    }
  }

  private CliException timeIsOut(
      Duration timeout, @org.jspecify.annotations.Nullable CliException unreachable) {
    if (unreachable != null) {
      return unreachable;
    }
    return new CliException(
        CliException.FAILED,
        app
            + ": not confirmed within "
            + Durations.text(timeout)
            + "; "
            + shown
            + "; `holdfast why "
            + app
            + "` says more");
  }
}
