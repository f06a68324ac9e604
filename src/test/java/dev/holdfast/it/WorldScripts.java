package dev.holdfast.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A test world of its own: a new folder, in which the scripts of {@code src/it/world} start
 * registries and git servers. The system property {@code holdfast.world.scripts}, else {@code
 * $HOLDFAST_WORLD_SCRIPTS}, names another place of the scripts. Closing it ends all that it
 * started.
 */
public final class WorldScripts implements AutoCloseable {
  private static final long LIMIT_SECONDS = 400;
  private final Path scripts;
  private final Path world;
  private final @Nullable Path cache;

  public WorldScripts() {
    this(null);
  }

  /**
   * @param cache keeps what is slow to make for the next world; without one it goes with the world
   */
  public WorldScripts(@Nullable Path cache) {
    this.cache = cache;
    String place =
        Optional.ofNullable(System.getProperty("holdfast.world.scripts"))
            .or(() -> Optional.ofNullable(System.getenv("HOLDFAST_WORLD_SCRIPTS")))
            .orElse("src/it/world");
    scripts = Path.of(place).toAbsolutePath();
    try {
      world = Files.createTempDirectory("holdfast-it-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path folder() {
    return world;
  }

  /** What the script prints; its complaints go into the exception. */
  public String run(String script, String... arguments) {
    return run(Map.of(), script, arguments);
  }

  /** With these variables of the environment too. */
  public String run(Map<String, String> variables, String script, String... arguments) {
    List<String> command = new ArrayList<>(List.of("bash", scripts.resolve(script).toString()));
    command.addAll(List.of(arguments));
    try {
      Path complaints = Files.createTempFile("holdfast-it-", ".err");
      Path printed = Files.createTempFile("holdfast-it-", ".out");
      try {
        return run(variables, command, printed, complaints);
      } finally {
        Files.delete(complaints);
        Files.delete(printed);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Files, as servers that a script starts would keep a pipe open. */
  private String run(
      Map<String, String> variables, List<String> command, Path printed, Path complaints)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(printed.toFile())
            .redirectError(complaints.toFile());
    builder.environment().putAll(variables);
    builder.environment().put("HOLDFAST_WORLD", world.toString());
    if (cache != null) {
      builder.environment().put("HOLDFAST_CACHE", cache.toAbsolutePath().toString());
    }
    Process process = builder.start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(command + " does not end");
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException(command + ": " + Files.readString(complaints));
    }
    return Files.readString(printed, StandardCharsets.UTF_8).strip();
  }

  @Override
  public void close() {
    run("world.sh", "down");
  }
}
