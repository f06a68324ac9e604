package dev.holdfast.cli;

import static dev.holdfast.cli.StatusView.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "diff",
    description = "Shows what the agent would do now, step by step, and why. Nothing is touched.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:nothing went wrong",
      "1:nothing can be planned",
      "3:with --exit-code: there are changes"
    })
final class DiffCommand implements Callable<Integer> {
  /** Where what is done begins, behind the step's number and name. */
  private static final int INDENT = 15;

  private final Context context;

  @Parameters(paramLabel = "APP")
  String app = "";

  @Option(names = "--exit-code", description = "exit 3 if there are changes")
  boolean exitCode;

  @Mixin AgentOptions agent = new AgentOptions();
  @Mixin OutputOption output = new OutputOption();

  DiffCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JsonNode diff =
        agent
            .client(context)
            .getSlowly("plan for app " + app, "/api/v1/apps/" + AgentClient.segment(app) + "/diff");
    if (output.isJson()) {
      OutputOption.print(context.terminal(), diff);
    } else {
      print(diff, context.terminal());
    }
    if (!diff.path("problems").isEmpty()) {
      return CliException.FAILED;
    }
    return exitCode && diff.path("changes").asBoolean() ? CliException.CHANGES : 0;
  }

  private static void print(JsonNode diff, Terminal terminal) {
    if (diff.path("problems").isEmpty()) {
      terminal.say(heading(diff), 2);
    }
    int number = 1;
    for (JsonNode step : diff.path("steps")) {
      String service = text(step, "service");
      String what = (service.isEmpty() ? "" : service + ": ") + text(step, "what");
      String line = String.format("%3d. %-9s %s", number++, text(step, "step"), what);
      terminal.say(Text.line(line), INDENT);
      terminal.say(Text.line(" ".repeat(INDENT) + "because " + text(step, "cause")), INDENT + 2);
    }
    diff.path("notes").forEach(note -> terminal.say(Text.line("note: " + note.asText()), 6));
    diff.path("problems").forEach(problem -> terminal.err().println(Text.lines(problem.asText())));
  }

  private static String heading(JsonNode diff) {
    String from = text(diff, "from");
    String to = text(diff, "release");
    String app = text(diff, "app");
    boolean held = diff.path("held").asBoolean();
    if (!diff.path("changes").asBoolean()) {
      String current = from.isEmpty() ? to : from;
      return Text.line(
          app
              + (held
                  ? ": nothing to do while it is held; the release is " + current
                  : ": nothing to do; release " + current + " runs as it should"));
    }
    return Text.line(
        app
            + ": release "
            + (from.equals(to)
                ? to + " is put right"
                : (from.isEmpty() ? "(none)" : from) + " -> " + to)
            + (held ? ", once it is resumed" : ""));
  }
}
