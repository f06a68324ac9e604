package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
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
  private String shown = "";

  Patience(Context context, AgentClient client, String app) {
    this.context = context;
    this.client = client;
    this.app = app;
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
      Verdict verdict = new Verdict.Waiting("");
      try {
        verdict = judge.apply(look(began));
      } catch (CliException e) {
        if (e.code() != CliException.NO_AGENT) {
          throw e;
        }
        unreachable = e;
      }
      switch (verdict) {
        case Verdict.Confirmed confirmed -> {
          context.terminal().out().println(Text.line(app + ": " + confirmed.message()));
          return;
        }
        case Verdict.Failed failed ->
            throw new CliException(CliException.FAILED, app + ": " + failed.reason());
        case Verdict.Waiting waiting ->
            show(unreachable == null ? waiting.state() : "the agent does not answer");
      }
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

  private static boolean isOpen(JsonNode record) {
    return StatusView.text(record, "status").equals("in-progress");
  }

  private static boolean beganAfter(JsonNode record, Instant began) {
    try {
      return Instant.parse(StatusView.text(record, "timestamp")).isAfter(began);
    } catch (java.time.format.DateTimeParseException e) {
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
        app + ": not confirmed within " + Durations.text(timeout) + "; " + shown);
  }
}
