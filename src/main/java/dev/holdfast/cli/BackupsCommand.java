package dev.holdfast.cli;

import static dev.holdfast.cli.StatusView.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.Table.Column;
import dev.holdfast.cli.Table.Cut;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "backups", description = "Lists the backups of an app that stand, newest first.")
final class BackupsCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "APP")
  String app = "";

  @Mixin AgentOptions agent = new AgentOptions();
  @Mixin OutputOption output = new OutputOption();

  BackupsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JsonNode data =
        agent
            .client(context)
            .get(
                "read the backups of app " + app,
                "/api/v1/apps/" + AgentClient.segment(app) + "/backups");
    if (output.isJson()) {
      OutputOption.print(context.terminal(), data);
      return 0;
    }
    JsonNode operation = data.path("operation");
    if (operation.isObject()) {
      context.terminal().out().println(Text.line(BackupCommand.said(operation)));
    }
    if (data.path("backups").isEmpty()) {
      context.terminal().out().println("no backups");
    } else {
      table(data.path("backups"))
          .lines(context.terminal().width())
          .forEach(context.terminal().out()::println);
    }
    return 0;
  }

  private Table table(JsonNode backups) {
    Table table =
        new Table(
            new Column("BACKUP", Cut.NEVER),
            new Column("NAME", Cut.END),
            new Column("OF", Cut.END),
            new Column("AGE", Cut.NEVER),
            new Column("SIZE", Cut.NEVER),
            new Column("VERIFIED", Cut.NEVER),
            new Column("FOR", Cut.END),
            new Column("RELEASE", Cut.NEVER));
    for (JsonNode taken : backups) {
      table.row(
          text(taken, "id"),
          text(taken, "name"),
          text(taken, "kind") + " " + text(taken, "source"),
          Ages.since(text(taken, "taken_at"), context.clock().instant()),
          size(taken.path("size").asLong()),
          taken.path("verified").asBoolean() ? "yes" : "no",
          text(taken, "purpose"),
          text(taken, "release")
              + (taken.path("older_schema").asBoolean() ? ", older schema" : ""));
    }
    return table;
  }

  private static String size(long bytes) {
    return bytes < 1 << 20
        ? (bytes + 1023) / 1024 + " KiB"
        : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }
}
