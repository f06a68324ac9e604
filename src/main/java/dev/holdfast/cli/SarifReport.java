package dev.holdfast.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.agent.Finding;
import dev.holdfast.compose.Problem.Severity;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Findings as SARIF 2.1.0, the format in which code hosts take them and show them beside the lines.
 * A file below the folder that the command runs in, the checkout in CI, is named relative to it.
 */
final class SarifReport {
  private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

  private SarifReport() {}

  static ObjectNode of(List<Finding> findings, Path root) {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("$schema", SCHEMA).put("version", "2.1.0");
    ObjectNode run = report.putArray("runs").addObject();
    ObjectNode driver = run.putObject("tool").putObject("driver").put("name", "holdfast");
    rules(driver.putArray("rules"));
    run.put("columnKind", "unicodeCodePoints");
    ArrayNode results = run.putArray("results");
    findings.forEach(finding -> result(results.addObject(), finding, root));
    return report;
  }

  static String rule(Finding finding) {
    return id(finding.severity());
  }

  private static String id(Severity severity) {
    return switch (severity) {
      case ERROR -> "holdfast/invalid";
      case WARNING -> "holdfast/doubtful";
      case UNSET -> "holdfast/variable-not-set";
      case NOTE -> "holdfast/no-effect";
    };
  }

  private static String description(Severity severity) {
    return switch (severity) {
      case ERROR -> "Holdfast would not roll this out.";
      case WARNING -> "It works, and may not do what is meant.";
      case UNSET -> "A variable is not set, so that it silently becomes empty.";
      case NOTE -> "It has no effect on a single engine and is ignored.";
    };
  }

  private static String level(Severity severity) {
    return switch (severity) {
      case ERROR -> "error";
      case WARNING, UNSET -> "warning";
      case NOTE -> "note";
    };
  }

  private static void rules(ArrayNode rules) {
    for (Severity severity : Severity.values()) {
      ObjectNode rule = rules.addObject().put("id", id(severity));
      rule.putObject("shortDescription").put("text", description(severity));
      rule.putObject("defaultConfiguration").put("level", level(severity));
    }
  }

  private static void result(ObjectNode result, Finding finding, Path root) {
    result
        .put("ruleId", rule(finding))
        .put("ruleIndex", Arrays.asList(Severity.values()).indexOf(finding.severity()))
        .put("level", finding.level());
    result.putObject("message").put("text", finding.message());
    ObjectNode place = result.putArray("locations").addObject().putObject("physicalLocation");
    ObjectNode file = place.putObject("artifactLocation");
    Path path = root.resolve(finding.file()).normalize();
    boolean inside = path.startsWith(root);
    file.put("uri", inside ? encoded(root.relativize(path)) : path.toUri().toString());
    if (inside) {
      file.put("uriBaseId", "%SRCROOT%");
    }
    place.putObject("region").put("startLine", finding.line()).put("startColumn", finding.column());
  }

  private static String encoded(Path path) {
    try {
      return new URI(null, null, "/" + path, null).toASCIIString().substring(1);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("a path is a URI: " + path, e);
    }
  }
}
