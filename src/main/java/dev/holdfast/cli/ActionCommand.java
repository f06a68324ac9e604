package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What a person tells the agent to do with one app: noted by the agent at once, done afterwards.
 */
abstract class ActionCommand implements Callable<Integer> {
  private final Context context;
  private final String action;

  @Parameters(index = "0", paramLabel = "APP")
  String app = "";

  @Mixin AgentOptions agent = new AgentOptions();

  ActionCommand(Context context, String action) {
    this.context = context;
    this.action = action;
  }

  abstract Map<String, String> body();

  abstract String done();

  /** As an error says it. */
  String verb() {
    return action;
  }

  @Override
  public final Integer call() {
    String path = "/api/v1/apps/" + AgentClient.segment(app) + "/" + action;
    JsonNode view = agent.client(context).post(verb() + " app " + app, path, body());
    context.terminal().out().println(Text.line(StatusView.text(view, "app") + ": " + done()));
    return 0;
  }

  @Command(
      name = "hold",
      description = "Leaves an app as it is until `resume`: no rollout, no correction of drift.")
  static final class Hold extends ActionCommand {
    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "shown to others in status and history")
    String reason = "";

    Hold(Context context) {
      super(context, "hold");
    }

    @Override
    Map<String, String> body() {
      return reason.isEmpty() ? Map.of() : Map.of("reason", reason);
    }

    @Override
    String done() {
      return "held; `holdfast resume " + app + "` ends it";
    }
  }

  @Command(name = "resume", description = "Ends a hold, and a rollback that a person asked for.")
  static final class Resume extends ActionCommand {
    Resume(Context context) {
      super(context, "resume");
    }

    @Override
    Map<String, String> body() {
      return Map.of();
    }

    @Override
    String done() {
      return "resumed";
    }
  }

  @Command(name = "retry", description = "Tries releases again that failed and are in quarantine.")
  static final class Retry extends ActionCommand {
    Retry(Context context) {
      super(context, "retry");
    }

    @Override
    Map<String, String> body() {
      return Map.of();
    }

    @Override
    String done() {
      return "will be tried again; `holdfast wait " + app + "` tells how it ends";
    }
  }

  @Command(
      name = "rollback",
      description =
          "Goes back to the last good release before this one, or to one that is kept, and holds"
              + " the app there.")
  static final class Rollback extends ActionCommand {
    @Option(
        names = "--to",
        paramLabel = "RELEASE",
        description = "a release of `holdfast history` that is kept")
    String to = "";

    Rollback(Context context) {
      super(context, "rollback");
    }

    @Override
    Map<String, String> body() {
      return to.isEmpty() ? Map.of() : Map.of("to", to);
    }

    @Override
    String verb() {
      return "roll back";
    }

    @Override
    String done() {
      return "rolling back, and held there until `holdfast resume "
          + app
          + "`; `holdfast status -w "
          + app
          + "` shows how it goes";
    }
  }

  /** What is said to the release that waits for approval. */
  abstract static class Answer extends ActionCommand {
    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "RELEASE",
        description = "only if it is this one that waits (default: the one that waits)")
    String release = "";

    Answer(Context context, String action) {
      super(context, action);
    }

    @Override
    Map<String, String> body() {
      return release.isEmpty() ? Map.of() : Map.of("release", release);
    }
  }

  @Command(
      name = "approve",
      description = "Lets the release that waits for approval be rolled out.")
  static final class Approve extends Answer {
    Approve(Context context) {
      super(context, "approve");
    }

    @Override
    String done() {
      return "approved; `holdfast wait " + app + "` tells how it ends";
    }
  }

  @Command(
      name = "reject",
      description =
          "Ends the release that waits for approval. It is not tried again until another one is"
              + " desired or somebody says `retry`.")
  static final class Reject extends Answer {
    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "shown to others in status and history")
    String reason = "";

    Reject(Context context) {
      super(context, "reject");
    }

    @Override
    Map<String, String> body() {
      Map<String, String> body = new TreeMap<>(super.body());
      if (!reason.isEmpty()) {
        body.put("reason", reason);
      }
      return body;
    }

    @Override
    String done() {
      return "rejected; `holdfast retry " + app + "` asks anew";
    }
  }
}
