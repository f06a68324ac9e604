package dev.holdfast.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a program to its end, with a deadline, and keeps what it printed. */
final class Shell {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** How a program ended, and what it said. */
  record Ended(List<String> command, int code, String out, String err) {
    Ended orFail() {
      if (code != 0) {
        throw new AssertionError(command + " ended with " + code + ":\n" + err + out);
      }
      return this;
    }

    String text() {
      return orFail().out.strip();
    }
  }

  private Shell() {}

  static Ended run(List<String> command) {
    return run(command, null, Map.of());
  }

  static Ended run(List<String> command, @Nullable Path folder, Map<String, String> environment) {
    Path out = temporary();
    Path err = temporary();
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      if (folder != null) {
        builder.directory(folder.toFile());
      }
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " does not end: " + Files.readString(err));
      }
      return new Ended(command, process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      delete(out);
      delete(err);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempFile("holdfast-it-", ".out");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
