package dev.holdfast.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Where the agent's socket is. Of agent.yaml only {@code api.socket} is read: a person may use the
 * socket without leave to read the file, and a mistake elsewhere in it is not this command's.
 */
final class SocketFinder {
  static final Path DEFAULT_CONFIG = Path.of("/etc/holdfast/agent.yaml");
  static final Path DEFAULT_SOCKET = Path.of("/run/holdfast/holdfast.sock");
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

  private SocketFinder() {}

  static Path find(@Nullable Path socket, @Nullable Path config, Map<String, String> environment) {
    if (socket != null) {
      return socket;
    }
    String fromEnvironment = environment.getOrDefault("HOLDFAST_SOCKET", "");
    if (config == null && !fromEnvironment.isEmpty()) {
      return Path.of(fromEnvironment);
    }
    Path named = config(config, environment);
    if (named != null) {
      return read(named, environment);
    }
    return Files.isReadable(DEFAULT_CONFIG) ? read(DEFAULT_CONFIG, environment) : DEFAULT_SOCKET;
  }

  /** The agent.yaml that somebody named; null: the default one. */
  static @Nullable Path config(@Nullable Path option, Map<String, String> environment) {
    if (option != null) {
      return option;
    }
    String fromEnvironment = environment.getOrDefault("HOLDFAST_CONFIG", "");
    return fromEnvironment.isEmpty() ? null : Path.of(fromEnvironment);
  }

  private static Path read(Path config, Map<String, String> environment) {
    try {
      Object root =
          new Load(LoadSettings.builder().setLabel(config.toString()).build())
              .loadFromString(Files.readString(config));
      Object api = root instanceof Map<?, ?> map ? map.get("api") : null;
      Object socket = api instanceof Map<?, ?> map ? map.get("socket") : null;
      return socket instanceof String text ? Path.of(expand(text, environment)) : DEFAULT_SOCKET;
    } catch (IOException e) {
      throw unusable(config, "it cannot be read");
    } catch (YamlEngineException e) {
      throw unusable(config, "it is not YAML; `holdfast validate` says where");
    }
  }

  private static CliException unusable(Path config, String reason) {
    return new CliException(
        CliException.USAGE,
        "could not find the agent's socket in "
            + config
            + " because "
            + reason
            + "; or name it with --socket");
  }

  private static String expand(String text, Map<String, String> environment) {
    Matcher matcher = VARIABLE.matcher(text);
    return matcher.replaceAll(
        match -> {
          String value = environment.getOrDefault(match.group(1), "");
          String fallback = match.group(2) == null ? "" : match.group(2);
          return Matcher.quoteReplacement(value.isEmpty() ? fallback : value);
        });
  }
}
