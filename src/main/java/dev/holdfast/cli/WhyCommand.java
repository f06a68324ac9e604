package dev.holdfast.cli;

import static dev.holdfast.cli.StatusView.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "why",
    description =
        "Says why an app is in its phase: the reasons, what shows them, and what to do next.")
final class WhyCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "APP")
  String app = "";

  @Mixin AgentOptions agent = new AgentOptions();
  @Mixin OutputOption output = new OutputOption();

  WhyCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JsonNode why =
        agent
            .client(context)
            .get("ask about app " + app, "/api/v1/apps/" + AgentClient.segment(app) + "/why");
    if (output.isJson()) {
      OutputOption.print(context.terminal(), why);
    } else {
      print(why, context.terminal());
    }
    return 0;
  }

  private void print(JsonNode why, Terminal terminal) {
    String since = Ages.since(text(why, "since"), context.clock().instant());
    terminal.say(
        Text.line(
            text(why, "app")
                + " is "
                + text(why, "phase")
                + (since.isEmpty() ? "" : " for " + since)
                + ": "
                + text(why, "summary")),
        2);
    int number = 1;
    for (JsonNode reason : why.path("reasons")) {
      terminal.say(Text.line(String.format("%3d. %s", number++, text(reason, "what"))), 5);
      reason
          .path("evidence")
          .forEach(line -> terminal.out().println("     | " + Text.line(line.asText())));
    }
    why.path("next").forEach(step -> terminal.say(Text.line("next: " + step.asText()), 6));
  }
}
