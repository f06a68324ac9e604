package dev.holdfast.agent;

import dev.holdfast.compose.DotEnv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The variables of some env files, the later winning, and what is wrong in them. */
record EnvFiles(Map<String, String> variables, List<Finding> findings) {
  static EnvFiles read(List<Path> files) {
    EnvFiles all = new EnvFiles(new TreeMap<>(), new ArrayList<>());
    files.forEach(all::add);
    return all;
  }

  private void add(Path file) {
    try {
      DotEnv.Result parsed = DotEnv.parse(Files.readString(file), variables::get);
      parsed
          .faults()
          .forEach(
              fault ->
                  findings.add(Finding.error(file.toString(), fault.line(), 1, fault.message())));
      variables.putAll(parsed.values());
    } catch (IOException e) {
      findings.add(
          Finding.error(
              file.toString(),
              "could not be read: "
                  + e.getClass().getSimpleName()
                  + "; create it as UTF-8 text, or do not name it"));
    }
  }

  @Override
  public String toString() {
    return "EnvFiles" + variables.keySet() + findings;
  }
}
