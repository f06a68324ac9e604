package dev.holdfast.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * agent.yaml while the agent runs. A change is one of what the file says, not of its times; the
 * caller keeps the configuration in force while a new one is invalid. The whole file is read at
 * each look, since what was wrong may lie in a file that it names.
 */
public final class WatchedConfig {
  private final Path file;
  private final Map<String, String> environment;
  private @Nullable ReadConfig last;

  public WatchedConfig(Path file, Map<String, String> environment) {
    this.file = file;
    this.environment = Map.copyOf(environment);
  }

  /** What the file says now; empty where that is what it said at the last look. */
  public synchronized Optional<ReadConfig> look() {
    ReadConfig now = AgentConfigReader.read(file, environment);
    boolean changed = !now.equals(last);
    last = now;
    return changed ? Optional.of(now) : Optional.empty();
  }
}
