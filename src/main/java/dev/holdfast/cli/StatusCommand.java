package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "status",
    description = "Shows each app: phase, release, version, commit, since when, and its services.")
final class StatusCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(arity = "0..1", paramLabel = "APP", description = "this app only")
  @Nullable String app;

  @Option(
      names = {"-w", "--watch"},
      description = "go on: redrawn in place on a terminal, else printed anew at each change")
  boolean watch;

  @Option(
      names = "--migrations",
      description =
          "what the migrations of the release to come would apply, by the `status` commands that its"
              + " x-holdfast declares")
  boolean migrations;

  @Option(
      names = "--pull",
      description = "with --migrations: also where the image has to be pulled for it")
  boolean pull;

  @Mixin AgentOptions agent = new AgentOptions();
  @Mixin OutputOption output = new OutputOption();

  StatusCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    AgentClient client = agent.client(context);
    if (pull && !migrations) {
      throw new CliException(CliException.USAGE, "--pull goes with --migrations alone");
    }
    if (migrations) {
      return new MigrationStatus(context, output).print(client, app, pull);
    }
    Terminal terminal = context.terminal();
    if (watch) {
      boolean inPlace = terminal.interactive() && !output.isJson();
      new StatusWatch(context, () -> answer(client), this::text).run(inPlace);
    } else {
      terminal.out().print(text(answer(client), terminal, context.clock().instant()));
    }
    return 0;
  }

  private JsonNode answer(AgentClient client) {
    return app == null
        ? client.get("read the apps", "/api/v1/apps")
        : client.get("read app " + app, "/api/v1/apps/" + AgentClient.segment(app));
  }

  private String text(JsonNode answer, Terminal terminal, Instant now) {
    if (output.isJson()) {
      return Text.json(answer.toPrettyString()) + "\n";
    }
    List<JsonNode> apps = new ArrayList<>();
    if (answer.isArray()) {
      answer.forEach(apps::add);
    } else {
      apps.add(answer);
    }
    return String.join("\n", StatusView.lines(apps, terminal, now)) + "\n";
  }
}
