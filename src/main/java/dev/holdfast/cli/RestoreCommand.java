package dev.holdfast.cli;

import java.io.Console;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "restore",
    description =
        "Puts back what a backup holds: saves first what is there, stops the services that use it,"
            + " restores, starts them again and waits until they are well.")
final class RestoreCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(index = "0", paramLabel = "APP")
  String app = "";

  @Parameters(
      index = "1",
      paramLabel = "BACKUP",
      description =
          "an id of `holdfast backups`, or latest: the newest that has each backup of the release")
  String backup = "";

  @Parameters(index = "2", arity = "0..1", paramLabel = "NAME", description = "this one only")
  @Nullable String name;

  @Option(names = "--yes", description = "without asking back")
  boolean yes;

  @Option(
      names = "--no-safety-backup",
      description = "without saving first what is there: for data that cannot be read any more")
  boolean noSafety;

  @Option(
      names = "--older-schema",
      description = "also what was taken before migrations of the release that runs")
  boolean olderSchema;

  @Option(names = "--no-wait", description = "returns once the agent has noted it")
  boolean noWait;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "how long to wait for its end (default: ${DEFAULT-VALUE})",
      defaultValue = "2h",
      converter = Durations.class)
  Duration timeout = Duration.ofHours(2);

  @Mixin AgentOptions agent = new AgentOptions();

  RestoreCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    AgentClient client = agent.client(context);
    String chosen = yes ? backup : askBack(client);
    Map<String, String> body = new TreeMap<>(Map.of("backup", chosen));
    if (name != null) {
      body.put("name", name);
    }
    if (noSafety) {
      body.put("safety", "no");
    }
    if (olderSchema) {
      body.put("older-schema", "yes");
    }
    client.post(
        "restore app " + app, "/api/v1/apps/" + AgentClient.segment(app) + "/restore", body);
    if (noWait) {
      String more = "; `holdfast backups " + app + "` tells how it stands";
      context.terminal().out().println(Text.line(app + ": will be restored now" + more));
      return 0;
    }
    return BackupCommand.await(context, client, app, timeout);
  }

  /** The id that was shown, so that no other one is restored. */
  private String askBack(AgentClient client) {
    Console console = context.terminal().interactive() ? System.console() : null;
    if (console == null) {
      throw new CliException(
          CliException.USAGE,
          "restore replaces what " + app + " holds now, and nobody can be asked here: add --yes");
    }
    String path = "/api/v1/apps/" + AgentClient.segment(app) + "/backups";
    RestoreChoice choice =
        RestoreChoice.of(client.get("read the backups of app " + app, path), app, backup, name);
    choice
        .lines(noSafety, olderSchema, context.clock().instant())
        .forEach(line -> context.terminal().out().println(Text.line(line)));
    String answer = console.readLine("%s", "Type the app's name to go on: ");
    if (answer == null || !answer.strip().equals(app)) {
      throw new CliException(CliException.FAILED, "nothing was done");
    }
    return choice.id();
  }
}
