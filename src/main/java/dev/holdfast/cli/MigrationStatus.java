package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code status --migrations}: what each tool says that it would apply. */
record MigrationStatus(Context context, OutputOption output) {
  /** 1 where a tool that could be asked gave no answer. */
  int print(AgentClient client, @Nullable String only, boolean pull) {
    ArrayNode answers = JsonNodeFactory.instance.arrayNode();
    for (String app : apps(client, only)) {
      answers.add(
          client.postSlowly(
              "ask for the migrations of " + app,
              "/api/v1/apps/" + AgentClient.segment(app) + "/migrations",
              Map.of("pull", pull ? "yes" : "no")));
    }
    if (output.isJson()) {
      OutputOption.print(context.terminal(), only == null ? answers : answers.get(0));
    } else {
      answers.forEach(this::print);
    }
    boolean unanswered = false;
    for (JsonNode answer : answers) {
      for (JsonNode migration : answer.path("migrations")) {
        unanswered |= migration.path("reason").isTextual();
      }
    }
    return unanswered ? CliException.FAILED : 0;
  }

  private static List<String> apps(AgentClient client, @Nullable String only) {
    if (only != null) {
      return List.of(only);
    }
    List<String> apps = new ArrayList<>();
    client.get("read the apps", "/api/v1/apps").forEach(app -> apps.add(app.path("app").asText()));
    return apps;
  }

  private void print(JsonNode answer) {
    PrintStream out = context.terminal().out();
    out.println(Text.line(answer.path("app").asText() + ": " + answer.path("said").asText()));
    if (answer.path("migrations").isEmpty()) {
      out.println("  it declares no migrations");
    }
    for (JsonNode migration : answer.path("migrations")) {
      out.println(
          Text.line(
              "  " + migration.path("service").asText() + ": " + words(migration.path("command"))));
      migration(out, migration);
    }
  }

  private static void migration(PrintStream out, JsonNode migration) {
    if (migration.path("status").isArray()) {
      String end =
          migration.path("reason").isTextual()
              ? "could not be asked because " + migration.path("reason").asText()
              : "exit status " + migration.path("exitStatus").asText();
      out.println(Text.line("    " + words(migration.path("status")) + ": " + end));
      if (migration.path("cut").asBoolean()) {
        out.println("    | …");
      }
      migration.path("output").forEach(line -> out.println(Text.line("    | " + line.asText())));
    } else if (migration.path("proposal").isArray()) {
      out.println(
          Text.line(
              "    declare `status: " + list(migration.path("proposal")) + "` there to see it"));
    } else {
      out.println("    it declares no `status` command, so nothing can be said");
    }
  }

  private static String words(JsonNode command) {
    List<String> words = new ArrayList<>();
    command.forEach(word -> words.add(word.asText()));
    return String.join(" ", words);
  }

  private static String list(JsonNode command) {
    List<String> words = new ArrayList<>();
    command.forEach(word -> words.add(word.asText()));
    return "[" + String.join(", ", words) + "]";
  }
}
