package dev.holdfast.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Runs the steps of a workflow of GitHub Actions as a runner does: each `run` in a shell of its own
 * that ends at the first failure, with the job's and the step's variables; `uses` is what the test
 * says that it does.
 */
final class CiJob {
  private static final Pattern EXPRESSION = Pattern.compile("\\$\\{\\{ *([a-zA-Z0-9_.]+) *}}");
  private final List<Map<String, Object>> steps;
  private final Map<String, Object> variables;
  private final Map<String, String> values = new HashMap<>();
  private final Map<String, String> environment = new TreeMap<>();
  private final Path workspace;

  /** What came of it. */
  record Ended(boolean good, String output, String summary) {
    Ended orFail() {
      if (!good) {
        throw new AssertionError("the job failed:\n" + output);
      }
      return this;
    }
  }

  @SuppressWarnings("unchecked")
  CiJob(String workflow, Path folder) {
    Map<String, Object> root =
        (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(workflow);
    Map<String, Object> jobs = (Map<String, Object>) root.get("jobs");
    Map<String, Object> job = (Map<String, Object>) jobs.values().iterator().next();
    steps = (List<Map<String, Object>>) job.get("steps");
    variables = (Map<String, Object>) job.getOrDefault("env", Map.of());
    workspace = folder.resolve("workspace");
    try {
      Files.createDirectories(workspace);
      for (String own : List.of("RUNNER_TEMP", "HOME")) {
        environment.put(own, Files.createDirectories(folder.resolve(own)).toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    environment.put("GITHUB_STEP_SUMMARY", folder.resolve("summary.md").toString());
  }

  /** What {@code ${{ name }}} stands for. */
  CiJob value(String name, String value) {
    values.put(name, value);
    return this;
  }

  /** A variable that the runner itself gives. */
  CiJob variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** {@code uses: actions/checkout} in this folder of the workspace. */
  interface Checkout {
    void into(Path folder, boolean deploy);
  }

  Ended run(Checkout checkout) {
    StringBuilder output = new StringBuilder();
    for (Map<String, Object> step : steps) {
      Object script = step.get("run");
      if (script == null) {
        use(step, checkout);
        continue;
      }
      Shell.Ended ended =
          Shell.run(List.of("bash", "-e", "-c", script.toString()), workspace, of(step));
      output.append("== ").append(step.get("name")).append('\n');
      output.append(ended.out()).append(ended.err());
      if (ended.code() != 0) {
        return new Ended(false, output.toString(), summary());
      }
    }
    return new Ended(true, output.toString(), summary());
  }

  private void use(Map<String, Object> step, Checkout checkout) {
    if (step.get("uses").toString().startsWith("actions/checkout@")) {
      Object path = step.get("with") instanceof Map<?, ?> with ? with.get("path") : null;
      checkout.into(path == null ? workspace : workspace.resolve(path.toString()), path != null);
    }
  }

  @SuppressWarnings("unchecked")
  private Map<String, String> of(Map<String, Object> step) {
    Map<String, String> all = new TreeMap<>(environment);
    variables.forEach((name, text) -> all.put(name, expanded(text)));
    ((Map<String, Object>) step.getOrDefault("env", Map.of()))
        .forEach((name, text) -> all.put(name, expanded(text)));
    return all;
  }

  private String expanded(Object text) {
    return EXPRESSION
        .matcher(text.toString())
        .replaceAll(
            found -> {
              String value = values.get(found.group(1));
              if (value == null) {
                throw new AssertionError("nobody says what " + found.group() + " is");
              }
              return Matcher.quoteReplacement(value);
            });
  }

  private String summary() {
    try {
      Path page = Path.of(environment.get("GITHUB_STEP_SUMMARY"));
      return Files.exists(page) ? Files.readString(page) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
