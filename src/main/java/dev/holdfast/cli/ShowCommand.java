package dev.holdfast.cli;

import static dev.holdfast.cli.StatusView.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.cli.Table.Column;
import dev.holdfast.cli.Table.Cut;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    description = "Shows one deployment: what it was for, its steps, and why it failed.")
final class ShowCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "DEPLOYMENT")
  String id = "";

  @Mixin AgentOptions agent = new AgentOptions();

  enum Format {
    text,
    json,
    markdown
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description =
          "text (default), json, the object of the API, or markdown for the summary page of a CI"
              + " job")
  Format format = Format.text;

  ShowCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    AgentClient client = agent.client(context);
    String path = "/api/v1/deployments/" + AgentClient.segment(id);
    String what = "read deployment " + id;
    switch (format) {
      case text -> print(client.get(what, path), context.terminal().out());
      case json -> OutputOption.print(context.terminal(), client.get(what, path));
      case markdown ->
          context.terminal().out().print(Text.lines(client.text(what, path + "/summary")));
    }
    return 0;
  }

  private void print(JsonNode record, PrintStream out) {
    field(out, "Deployment", text(record, "deployment_id"));
    field(
        out,
        "App",
        text(record, "app")
            + " ("
            + text(record, "environment")
            + " on "
            + text(record, "server")
            + ")");
    field(out, "Status", text(record, "status"));
    field(out, "Cause", text(record, "cause"));
    field(out, "Release", withBefore(text(record, "release"), text(record, "previous_release")));
    field(out, "Version", text(record, "version"));
    field(out, "Commit", text(record, "commit"));
    field(out, "Source", joined(text(record, "git_ref"), text(record, "git_sha")));
    field(out, "Began", joined(text(record, "timestamp"), took(record)));
    field(out, "Services", list(record.path("services_deployed")));
    field(out, "Health", health(record.path("health_checks")));
    field(out, "Gap", Gaps.all(record.path("gaps")));
    field(
        out,
        "Rollback",
        record.path("rollback_available").asBoolean() ? "available" : "not available");
    out.println();
    steps(record.path("steps")).lines(context.terminal().width()).forEach(out::println);
    failure(record.path("failure"), out);
  }

  private static Table steps(JsonNode steps) {
    Table table =
        new Table(
            new Column("STEP", Cut.NEVER),
            new Column("SERVICE", Cut.END),
            new Column("STATUS", Cut.NEVER),
            new Column("TOOK", Cut.NEVER),
            new Column("MESSAGE", Cut.END));
    for (JsonNode step : steps) {
      String took = Ages.took(text(step, "started_at"), text(step, "ended_at"));
      table.row(
          text(step, "step"),
          text(step, "service"),
          text(step, "status"),
          took,
          text(step, "message"));
    }
    return table;
  }

  private static void failure(JsonNode failure, PrintStream out) {
    if (failure.isObject()) {
      String service = text(failure, "service");
      out.println();
      out.println(
          Text.line(
              "Failed at "
                  + text(failure, "step")
                  + (service.isEmpty() ? "" : " of " + service)
                  + ": "
                  + text(failure, "reason")));
      failure.path("log_tail").forEach(line -> out.println("  | " + Text.line(line.asText())));
    }
  }

  private static void field(PrintStream out, String name, String value) {
    if (!value.isEmpty()) {
      out.println(Text.line(String.format("%-11s %s", name + ":", value)));
    }
  }

  private static String withBefore(String release, String previous) {
    return previous.isEmpty() ? release : release + " (before: " + previous + ")";
  }

  private static String took(JsonNode record) {
    String took = Ages.took(text(record, "timestamp"), text(record, "ended_at"));
    return took.isEmpty() ? "" : "(took " + took + ")";
  }

  private static String joined(String first, String second) {
    return first.isEmpty() || second.isEmpty() ? first + second : first + " " + second;
  }

  private static String list(JsonNode names) {
    List<String> texts = new ArrayList<>();
    names.forEach(name -> texts.add(name.asText()));
    return String.join(", ", texts);
  }

  private static String health(JsonNode checks) {
    List<String> texts = new ArrayList<>();
    checks
        .properties()
        .forEach(check -> texts.add(check.getKey() + " " + check.getValue().asText()));
    return String.join(", ", texts);
  }
}
