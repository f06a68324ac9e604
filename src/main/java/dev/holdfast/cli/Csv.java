package dev.holdfast.cli;

import static dev.holdfast.cli.StatusView.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Records as RFC 4180 has it, a line each, with a head. Texts come from commits and containers:
 * what a spreadsheet would take for a formula gets a quote before it, and lines stay one.
 */
final class Csv {
  private static final List<String> COLUMNS =
      List.of(
          "deployment_id",
          "timestamp",
          "ended_at",
          "server",
          "app",
          "environment",
          "status",
          "version",
          "release",
          "previous_release",
          "git_sha",
          "cause");

  private Csv() {}

  static List<String> of(JsonNode records) {
    List<String> lines = new ArrayList<>();
    lines.add(String.join(",", COLUMNS) + ",failure_step,failure_service,failure_reason");
    for (JsonNode record : records) {
      List<String> cells = new ArrayList<>();
      COLUMNS.forEach(column -> cells.add(text(record, column)));
      for (String field : List.of("step", "service", "reason")) {
        cells.add(text(record.path("failure"), field));
      }
      lines.add(cells.stream().map(Csv::cell).collect(Collectors.joining(",")));
    }
    return lines;
  }

  private static String cell(String text) {
    String line = Text.line(text);
    boolean formula = !line.isEmpty() && "=+-@".indexOf(line.charAt(0)) >= 0;
    String safe = formula ? "'" + line : line;
    return safe.contains(",") || safe.contains("\"")
        ? '"' + safe.replace("\"", "\"\"") + '"'
        : safe;
  }
}
