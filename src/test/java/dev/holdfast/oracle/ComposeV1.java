package dev.holdfast.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Debian's docker-compose 1.29, as a person runs it in a project's folder. */
public final class ComposeV1 {
  private static final long LIMIT_SECONDS = 120;
  private final String engine;
  private final Path home;

  public ComposeV1(String engine, Path home) {
    this.engine = engine;
    this.home = home;
  }

  /** How it ended and all that it said. */
  public record Said(int code, String text) {
    public Said orFail() {
      if (code != 0) {
        throw new AssertionError("docker-compose ended with " + code + ":\n" + text);
      }
      return this;
    }
  }

  String version() {
    return run(home, "version", "--short").orFail().text().strip();
  }

  Said config(OracleCase fixture, Path folder, @Nullable String file) {
    return run(folder, arguments(fixture, file, "config"));
  }

  Said create(OracleCase fixture, Path folder) {
    return fixture.isStarted()
        ? run(folder, arguments(fixture, fixture.text("v1"), "up", "--no-build"))
        : run(folder, arguments(fixture, fixture.text("v1"), "up", "--no-start", "--no-build"));
  }

  private static String[] arguments(OracleCase fixture, @Nullable String file, String... command) {
    List<String> arguments = new ArrayList<>();
    for (String one : file == null ? fixture.list("compose") : List.of(file)) {
      arguments.add("-f");
      arguments.add(one);
    }
    if (fixture.list("compose").stream().anyMatch(one -> one.contains("/"))) {
      // else it takes the name of that file's folder
      arguments.addAll(List.of("-p", fixture.name()));
    }
    List<String> envFiles = fixture.list("env-files");
    if (!envFiles.isEmpty()) {
      arguments.addAll(List.of("--env-file", envFiles.getLast()));
    }
    arguments.addAll(List.of(command));
    return arguments.toArray(String[]::new);
  }

  public Said run(Path folder, String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker-compose", "--ansi", "never"));
    command.addAll(List.of(arguments));
    try {
      Path said = Files.createTempFile(home, "said", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile());
      builder.environment().clear();
      builder
          .environment()
          .putAll(
              Map.of(
                  "PATH",
                  System.getenv("PATH"),
                  "HOME",
                  home.toString(),
                  "DOCKER_HOST",
                  engine,
                  "LC_ALL",
                  "C.UTF-8"));
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " does not end: " + Files.readString(said));
      }
      return new Said(process.exitValue(), Files.readString(said));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
