package dev.holdfast.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The agent as built, as a process of its own: started, ended politely or not, and started again
 * with the same files. Its output is appended to one log.
 */
public final class AgentProcess implements AutoCloseable {
  private final Path config;
  private final Path log;

  /** For the next start: {@code LD_PRELOAD}, {@code HOLDFAST_JAVA_OPTS} and the like. */
  public final Map<String, String> environment = new TreeMap<>();

  /** What starts it: another place of the program, or a program before it. */
  public List<String> command = List.of();

  private @Nullable Process process;

  public AgentProcess(Path config, Path log) {
    this.config = config;
    this.log = log;
    // Two cores run all of it: the second compiler only costs the other parts their turn.
    environment.put("HOLDFAST_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
  }

  public void start() {
    if (alive()) {
      throw new IllegalStateException("the agent runs already");
    }
    List<String> words = new ArrayList<>(command.isEmpty() ? List.of(Cli.program()) : command);
    words.addAll(List.of("agent", "--config", config.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean alive() {
    return process != null && process.isAlive();
  }

  public long pid() {
    return running().pid();
  }

  /** SIGTERM; its exit code. */
  public int stop() {
    running().destroy();
    return awaitEnd(60);
  }

  /** kill -9, and waits for the corpse. */
  public void kill9() {
    running().destroyForcibly();
    awaitEnd(20);
  }

  /** Waits until it ends by itself. */
  public int awaitEnd(long seconds) {
    try {
      if (!running().waitFor(seconds, TimeUnit.SECONDS)) {
        throw new AssertionError("the agent does not end within " + seconds + " s:\n" + log());
      }
      return running().exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Any other signal: {@code signal("HUP")}. */
  public void signal(String name) {
    Shell.run(java.util.List.of("kill", "-" + name, Long.toString(pid()))).orFail();
  }

  public String log() {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException("the agent was never started");
    }
    return process;
  }

  @Override
  public void close() {
    if (alive()) {
      kill9();
    }
  }
}
