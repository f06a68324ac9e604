package dev.holdfast.cli;

import static dev.holdfast.cli.StatusView.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "sync",
    description = "Looks at an app now, or at all, and brings it to its desired release.")
final class SyncCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(arity = "0..1", paramLabel = "APP", description = "this app only")
  @Nullable String app;

  @Option(
      names = "--wait",
      description =
          "until the look is done and what it led to has ended; exit 1 if the app is not Synced"
              + " then")
  boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "of --wait (default: ${DEFAULT-VALUE})",
      defaultValue = "10m",
      converter = Durations.class)
  Duration timeout = Duration.ofMinutes(10);

  @Option(
      names = "--now",
      description =
          "rolls out what is desired now through a closed window or a freeze; needs APP and"
              + " --reason")
  boolean now;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "of --now, for the record of the deployment")
  String reason = "";

  @Mixin AgentOptions agent = new AgentOptions();

  SyncCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (now && (app == null || reason.isBlank())) {
      throw new CliException(
          CliException.USAGE,
          "--now goes through a window or a freeze: name the app, and say why with --reason TEXT");
    }
    if (!now && !reason.isEmpty()) {
      throw new CliException(CliException.USAGE, "--reason goes with --now alone");
    }
    AgentClient client = agent.client(context);
    Map<String, Settling> asked = new LinkedHashMap<>();
    for (JsonNode view : apps(client)) {
      String name = text(view, "app");
      Settling settling = new Settling(view, context.clock().instant());
      client.post(
          "sync app " + name, "/api/v1/apps/" + AgentClient.segment(name) + "/sync", body());
      asked.put(name, settling);
    }
    for (Map.Entry<String, Settling> entry : asked.entrySet()) {
      if (wait) {
        new Patience(context, client, entry.getKey())
            .await(timeout, look -> entry.getValue().judge(look.app()));
      } else {
        context.terminal().out().println(Text.line(entry.getKey() + ": will be looked at now"));
      }
    }
    return 0;
  }

  private Map<String, Object> body() {
    return now ? Map.of("now", true, "reason", reason) : Map.of();
  }

  private Iterable<JsonNode> apps(AgentClient client) {
    return app == null
        ? client.get("read the apps", "/api/v1/apps")
        : List.of(client.get("read app " + app, "/api/v1/apps/" + AgentClient.segment(app)));
  }
}
