package dev.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads texts as agent.yaml on a server whose files are those that a test names. */
final class Reading {
  static final Map<String, String> ENVIRONMENT =
      Map.of(
          "NAME",
          "vps-7",
          "EMPTY",
          "",
          "COUNT",
          "3",
          "PASSPHRASE",
          "very secret words",
          "DOCKER_HOST",
          "tcp://10.0.0.1:2375");

  private Reading() {}

  static ReadConfig read(String yaml) {
    return AgentConfigReader.read(
        "agent.yaml", yaml.getBytes(StandardCharsets.UTF_8), surroundings());
  }

  static Surroundings surroundings() {
    return new Surroundings(ENVIRONMENT, "host-1", Reading::check);
  }

  /** Files whose name holds {@code missing} or {@code open} have that defect. */
  private static Optional<String> check(Path file, Surroundings.Kind kind) {
    if (file.toString().contains("missing")) {
      return Optional.of("does not exist");
    }
    return file.toString().contains("open") && kind == Surroundings.Kind.SECRET
        ? Optional.of("can be read by all")
        : Optional.empty();
  }

  static AgentConfig valid(String yaml) {
    ReadConfig read = read(yaml);
    assertThat(read).as(yaml).isInstanceOf(ReadConfig.Valid.class);
    return ((ReadConfig.Valid) read).config();
  }

  static List<String> problems(String yaml) {
    return read(yaml) instanceof ReadConfig.Invalid invalid
        ? invalid.problems().stream().map(ConfigProblem::toString).toList()
        : List.of();
  }

  /** An app with a good source and these lines below it, each indented as the app's keys are. */
  static String app(String... lines) {
    return "apps:\n  shop:\n    source: { directory: /srv/shop }\n"
        + String.join("\n", java.util.Arrays.stream(lines).map(line -> "    " + line).toList())
        + "\n";
  }

  /** An app with this {@code source.git}, in flow style. */
  static String git(String keys) {
    return "apps:\n  shop:\n    source: { git: { " + keys + " } }\n";
  }
}
