package dev.holdfast.cli;

import dev.holdfast.compose.Problem;
import dev.holdfast.compose.VersionsEditor;
import dev.holdfast.config.AgentConfig;
import dev.holdfast.config.AgentConfigReader;
import dev.holdfast.config.ConfigProblem;
import dev.holdfast.config.ReadConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The commands that need more than the agent's socket, and the packages they need it from. */
final class Wiring {
  private Wiring() {}

  static Map<String, Supplier<Object>> commands(Context context) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("agent", () -> new AgentCommand(context, Wiring::address));
    commands.put("set", () -> new SetCommand(context, Wiring::edit));
    commands.put("validate", () -> new ValidateCommand(context));
    commands.put("doctor", () -> new DoctorCommand(context));
    return commands;
  }

  private static AgentAddress address(Path file, Map<String, String> environment) {
    return switch (AgentConfigReader.read(file, environment)) {
      case ReadConfig.Valid valid -> address(valid.config().api());
      case ReadConfig.Invalid invalid ->
          throw new CliException(CliException.USAGE, text(invalid.problems()));
    };
  }

  private static AgentAddress address(AgentConfig.Api api) {
    AgentConfig.Listen listen = api.listen();
    return listen == null
        ? new AgentAddress(api.socket(), null, 0)
        : new AgentAddress(api.socket(), listen.host(), listen.port());
  }

  private static String edit(
      String file,
      String text,
      Map<String, String> services,
      @Nullable String version,
      @Nullable String commit) {
    return switch (VersionsEditor.set(file, text, services, version, commit)) {
      case VersionsEditor.Result.Edited edited -> edited.text();
      case VersionsEditor.Result.Refused refused ->
          throw new CliException(
              CliException.USAGE,
              refused.problems().stream().map(Problem::toString).collect(Collectors.joining("\n")));
    };
  }

  private static String text(List<ConfigProblem> problems) {
    return problems.stream()
        .map(ConfigProblem::toString)
        .collect(Collectors.joining("\n", "could not start because agent.yaml is wrong:\n", ""));
  }
}
