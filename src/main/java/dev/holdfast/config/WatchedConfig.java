package dev.holdfast.config;

import dev.holdfast.config.Surroundings.FileChecks;
import dev.holdfast.config.Surroundings.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * agent.yaml while the agent runs. A change is one of what the file says, not of its times; the
 * caller keeps the configuration in force while a new one is invalid. At each look the whole file
 * is read and each file that it names is checked, since what was wrong may lie there; it is parsed
 * again only where one of them is not what it was.
 */
public final class WatchedConfig {
  private final Path file;
  private final Map<String, String> environment;
  private @Nullable ReadConfig last;
  private @Nullable Parsed parsed;

  public WatchedConfig(Path file, Map<String, String> environment) {
    this.file = file;
    this.environment = Map.copyOf(environment);
  }

  /** What the file says now; empty where that is what it said at the last look. */
  public synchronized Optional<ReadConfig> look() {
    ReadConfig now = AgentConfigReader.read(file, this::parse);
    boolean changed = last == null || !now.equals(last);
    last = now;
    return changed ? Optional.of(now) : Optional.empty();
  }

  private ReadConfig parse(byte[] content) {
    Surroundings here = Surroundings.ofThisServer(environment);
    Parsed known = parsed;
    if (known == null || !known.holdsFor(ByteBuffer.wrap(content), here)) {
      Map<Check, Optional<String>> checks = new HashMap<>();
      FileChecks noted =
          (path, kind) ->
              checks.computeIfAbsent(
                  new Check(path, kind), check -> here.files().problem(path, kind));
      known =
          new Parsed(
              ByteBuffer.wrap(content),
              here.hostName(),
              checks,
              AgentConfigReader.read(
                  AgentConfigReader.nameOf(file),
                  content,
                  new Surroundings(environment, here.hostName(), noted)));
      parsed = known;
    }
    return known.config();
  }

  private record Check(Path file, Kind kind) {}

  /** All that a configuration was made from, beside the environment, which stays. */
  private record Parsed(
      ByteBuffer content, String hostName, Map<Check, Optional<String>> checks, ReadConfig config) {
    boolean holdsFor(ByteBuffer now, Surroundings here) {
      return content.equals(now)
          && hostName.equals(here.hostName())
          && checks.entrySet().stream()
              .allMatch(
                  known ->
                      here.files()
                          .problem(known.getKey().file(), known.getKey().kind())
                          .equals(known.getValue()));
    }
  }
}
