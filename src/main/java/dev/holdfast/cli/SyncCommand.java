package dev.holdfast.cli;

import static dev.holdfast.cli.StatusView.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
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

  @Mixin AgentOptions agent = new AgentOptions();

  SyncCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    AgentClient client = agent.client(context);
    Map<String, JsonNode> asked = new LinkedHashMap<>();
    for (JsonNode view : apps(client)) {
      String name = text(view, "app");
      client.post(
          "sync app " + name, "/api/v1/apps/" + AgentClient.segment(name) + "/sync", Map.of());
      asked.put(name, view);
    }
    for (Map.Entry<String, JsonNode> entry : asked.entrySet()) {
      if (wait) {
        Settling settling = new Settling(entry.getValue());
        new Patience(context, client, entry.getKey())
            .await(timeout, look -> settling.judge(look.app()));
      } else {
        context.terminal().out().println(Text.line(entry.getKey() + ": will be looked at now"));
      }
    }
    return 0;
  }

  private Iterable<JsonNode> apps(AgentClient client) {
    return app == null
        ? client.get("read the apps", "/api/v1/apps")
        : java.util.List.of(
            client.get("read app " + app, "/api/v1/apps/" + AgentClient.segment(app)));
  }
}
