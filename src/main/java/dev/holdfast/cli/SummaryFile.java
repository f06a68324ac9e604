package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file to which a CI job's summary is appended. Whether it can be written changes nothing of
 * how a wait ends: a deployment has not failed because somebody's page cannot be written.
 */
final class SummaryFile {
  private static final String OUTPUT = "-";
  private static final int RECENT = 50;
  private final Context context;
  private final AgentClient client;
  private final String app;
  private final String file;

  SummaryFile(Context context, AgentClient client, String app, String file) {
    this.context = context;
    this.client = client;
    this.app = app;
    this.file = file;
  }

  boolean isOutput() {
    return file.equals(OUTPUT);
  }

  /** The newest deployment of what was waited for. */
  void append(Selector wanted) {
    try {
      String id = newest(wanted);
      if (id.isEmpty()) {
        context.terminal().err().println(Text.line(app + ": no deployment of it yet, no summary"));
        return;
      }
      String path = "/api/v1/deployments/" + AgentClient.segment(id) + "/summary";
      write(Text.lines(client.text("read the summary of " + id, path)));
    } catch (CliException | IOException e) {
      context
          .terminal()
          .err()
          .println(Text.line("holdfast: could not write the summary to " + file + ": " + said(e)));
    }
  }

  private String newest(Selector wanted) {
    String name = AgentClient.segment(app);
    JsonNode view = client.get("read app " + app, "/api/v1/apps/" + name);
    JsonNode records =
        client.get("read the history", "/api/v1/deployments?limit=" + RECENT + "&app=" + name);
    for (JsonNode record : records) {
      if (Verdict.isOf(wanted, record, view)) {
        return StatusView.text(record, "deployment_id");
      }
    }
    return "";
  }

  private void write(String text) throws IOException {
    if (isOutput()) {
      context.terminal().out().print(text);
    } else {
      Files.writeString(Path.of(file), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  private static String said(Exception e) {
    return e instanceof CliException ? String.valueOf(e.getMessage()) : e.toString();
  }
}
