package dev.holdfast.cli;

import static dev.holdfast.cli.StatusView.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.Table.Column;
import dev.holdfast.cli.Table.Cut;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "history", description = "Lists deployments, newest first.")
final class HistoryCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(arity = "0..1", paramLabel = "APP", description = "of this app only")
  @Nullable String app;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "at most so many (default: ${DEFAULT-VALUE})",
      defaultValue = "20")
  int limit;

  @Mixin AgentOptions agent = new AgentOptions();

  enum Format {
    text,
    json,
    csv
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default), json, the objects of the API, or csv for a spreadsheet")
  Format format = Format.text;

  HistoryCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    String path =
        "/api/v1/deployments?limit="
            + limit
            + (app == null ? "" : "&app=" + AgentClient.segment(app));
    JsonNode records = agent.client(context).get("read the history", path);
    switch (format) {
      case json -> OutputOption.print(context.terminal(), records);
      case csv -> Csv.of(records).forEach(context.terminal().out()::println);
      case text -> print(records);
    }
    return 0;
  }

  private void print(JsonNode records) {
    if (records.isEmpty()) {
      context.terminal().out().println("no deployments yet");
    } else {
      table(records).lines(context.terminal().width()).forEach(context.terminal().out()::println);
    }
  }

  private Table table(JsonNode records) {
    Table table =
        new Table(
            new Column("DEPLOYMENT", Cut.NEVER),
            new Column("APP", Cut.END),
            new Column("STATUS", Cut.NEVER),
            new Column("VERSION", Cut.END),
            new Column("AGE", Cut.NEVER),
            new Column("TOOK", Cut.NEVER),
            new Column("GAP", Cut.NEVER));
    for (JsonNode record : records) {
      table.row(
          text(record, "deployment_id"),
          text(record, "app"),
          text(record, "status"),
          text(record, "version").isEmpty() ? text(record, "release") : text(record, "version"),
          Ages.since(text(record, "timestamp"), context.clock().instant()),
          Ages.took(text(record, "timestamp"), text(record, "ended_at")),
          Gaps.longest(record.path("gaps")));
    }
    return table;
  }
}
