package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Option;

/** {@code -o json}: the object that the API gave, as it is. */
final class OutputOption {
  enum Format {
    text,
    json
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default) or json, the object of the API")
  Format format = Format.text;

  boolean isJson() {
    return format == Format.json;
  }

  static void print(Terminal terminal, JsonNode value) {
    terminal.out().println(Text.json(value.toPrettyString()));
  }

  /** A text as a JSON value. */
  static JsonNode text(String value) {
    return JsonNodeFactory.instance.textNode(value);
  }
}
