package dev.holdfast.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "logs",
    description = "Prints what a deployment did and what its migrations and probes said.")
final class LogsCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The longest that a deployment may be silent: no migration may take longer. */
  private static final Duration FOLLOWING = Duration.ofHours(24);

  private final Context context;

  @Parameters(paramLabel = "DEPLOYMENT")
  String id = "";

  @Option(
      names = {"-f", "--follow"},
      description = "go on until the deployment has ended")
  boolean follow;

  @Option(
      names = "--file",
      paramLabel = "NAME",
      description = "only this file, such as migrate-api.log")
  String file = "";

  @Mixin AgentOptions agent = new AgentOptions();
  @Mixin OutputOption output = new OutputOption();

  LogsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    String query =
        (follow ? "?follow=true" : "?follow=false")
            + (file.isEmpty() ? "" : "&file=" + AgentClient.segment(file));
    String path = "/api/v1/deployments/" + AgentClient.segment(id) + "/logs" + query;
    agent.client(context).stream(
        "read the log of " + id, path, follow ? FOLLOWING : PATIENCE, this::print);
    return 0;
  }

  private void print(InputStream in) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      context
          .terminal()
          .out()
          .println(
              output.isJson()
                  ? Text.json(JsonNodeFactory.instance.textNode(line).toString())
                  : Text.lines(line));
      context.terminal().out().flush();
      if (context.terminal().out().checkError()) {
        return;
      }
    }
  }
}
