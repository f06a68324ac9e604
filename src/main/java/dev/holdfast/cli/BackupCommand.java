package dev.holdfast.cli;

import static dev.holdfast.cli.StatusView.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "backup",
    description = "Takes the backups of an app now, as its x-holdfast declares them.")
final class BackupCommand implements Callable<Integer> {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private final Context context;

  @Parameters(index = "0", paramLabel = "APP")
  String app = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "this one only")
  @Nullable String name;

  @Option(names = "--wait", description = "until they are taken; exit 1 if one could not be")
  boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "of --wait (default: ${DEFAULT-VALUE})",
      defaultValue = "30m",
      converter = Durations.class)
  Duration timeout = Duration.ofMinutes(30);

  @Mixin AgentOptions agent = new AgentOptions();

  BackupCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    AgentClient client = agent.client(context);
    String path = "/api/v1/apps/" + AgentClient.segment(app);
    client.post(
        "back up app " + app, path + "/backup", name == null ? Map.of() : Map.of("name", name));
    if (!wait) {
      String more = "; `holdfast backups " + app + "` lists what stands";
      context.terminal().out().println(Text.line(app + ": backups will be taken now" + more));
      return 0;
    }
    return await(context, client, app, timeout);
  }

  /** To the end of what was asked for last. */
  static int await(Context context, AgentClient client, String app, Duration timeout)
      throws InterruptedException {
    String path = "/api/v1/apps/" + AgentClient.segment(app) + "/backups";
    long end = System.nanoTime() + timeout.toNanos();
    String id = "";
    while (true) {
      JsonNode operation = operation(client, app, path, end);
      id = id.isEmpty() ? text(operation, "id") : id;
      if (!id.equals(text(operation, "id"))) {
        throw new CliException(
            CliException.FAILED,
            "another request came after it; see `holdfast backups " + app + "`");
      }
      switch (text(operation, "phase")) {
        case "succeeded" -> {
          context.terminal().out().println(Text.line(said(operation)));
          return 0;
        }
        case "failed" -> throw new CliException(CliException.FAILED, said(operation));
        default -> {
          if (System.nanoTime() - end >= 0) {
            throw new CliException(
                CliException.FAILED,
                "it is not over yet; the agent goes on with it: `holdfast backups " + app + "`");
          }
          Thread.sleep(BETWEEN_LOOKS.toMillis());
        }
      }
    }
  }

  /** An agent that restarts meanwhile goes on with it, and is waited for. */
  private static JsonNode operation(AgentClient client, String app, String path, long end)
      throws InterruptedException {
    while (true) {
      try {
        return client.get("read the backups of app " + app, path).path("operation");
      } catch (CliException e) {
        if (e.code() != CliException.NO_AGENT || System.nanoTime() - end >= 0) {
          throw e;
        }
        Thread.sleep(BETWEEN_LOOKS.toMillis());
      }
    }
  }

  /** Such as: restore of db, asked for by ann: succeeded: restored db. */
  static String said(JsonNode operation) {
    StringBuilder names = new StringBuilder();
    operation
        .path("names")
        .forEach(name -> names.append(names.isEmpty() ? "" : ", ").append(name.asText()));
    String message = text(operation, "message");
    return text(operation, "kind")
        + " of "
        + names
        + ", asked for by "
        + text(operation, "by")
        + ": "
        + text(operation, "phase")
        + (message.isEmpty() ? "" : ": " + message);
  }
}
