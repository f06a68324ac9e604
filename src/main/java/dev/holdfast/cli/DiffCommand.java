package dev.holdfast.cli;

import static dev.holdfast.cli.StatusView.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
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
      print(diff, context.terminal().out());
    }
    if (!diff.path("problems").isEmpty()) {
      return CliException.FAILED;
    }
    return exitCode && diff.path("changes").asBoolean() ? CliException.CHANGES : 0;
  }

  private void print(JsonNode diff, PrintStream out) {
    if (diff.path("problems").isEmpty()) {
      out.println(heading(diff));
    }
    int number = 1;
    for (JsonNode step : diff.path("steps")) {
      String service = text(step, "service");
      String what = (service.isEmpty() ? "" : service + ": ") + text(step, "what");
      out.println(Text.line(String.format("%3d. %-9s %s", number++, text(step, "step"), what)));
      out.println(Text.line("               because " + text(step, "cause")));
    }
    diff.path("notes").forEach(note -> out.println(Text.line("note: " + note.asText())));
    diff.path("problems")
        .forEach(problem -> context.terminal().err().println(Text.lines(problem.asText())));
  }

  private static String heading(JsonNode diff) {
    String from = text(diff, "from");
    String to = text(diff, "release");
    String app = text(diff, "app");
    if (!diff.path("changes").asBoolean()) {
      return Text.line(
          app + ": nothing to do; release " + (from.isEmpty() ? to : from) + " runs as it should");
    }
    return Text.line(app + ": release " + (from.isEmpty() ? "(none)" : from) + " -> " + to);
  }
}
