package dev.holdfast.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The engine's events from now on, so that a test can act at the moment of one of them. */
final class EngineEvents implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private EngineEvents(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  static EngineEvents of(World world) {
    return of(world.engine());
  }

  static EngineEvents of(String host) {
    List<String> command =
        List.of(
            "docker",
            "-H",
            host,
            "events",
            "--format",
            "{{.Type}} {{.Action}} {{.Actor.ID}} {{.Actor.Attributes}}");
    try {
      return new EngineEvents(new ProcessBuilder(command).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  /** The first event that has all these words; what came before it is forgotten. */
  String await(String... words) {
    return await(line -> List.of(words).stream().allMatch(line::contains), List.of(words));
  }

  private String await(Predicate<String> wanted, Object what) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try {
      while (System.nanoTime() < end) {
        String line = lines.poll(1, TimeUnit.SECONDS);
        if (line != null && wanted.test(line)) {
          return line;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    throw new AssertionError("no event with " + what);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
