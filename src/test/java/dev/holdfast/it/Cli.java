package dev.holdfast.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The program as built, run as a person or a CI job would. */
final class Cli {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Path socket;

  Cli(Path socket) {
    this.socket = socket;
  }

  /** {@code bin/holdfast} of the system property {@code holdfast.dist}, else of the build. */
  static String program() {
    String dist = System.getProperty("holdfast.dist", "");
    Path place = dist.isEmpty() ? built() : Path.of(dist);
    Path program = place.resolve("bin/holdfast").toAbsolutePath();
    if (!Files.isExecutable(program)) {
      throw new AssertionError("there is no " + program + ": run `make dist`");
    }
    return program.toString();
  }

  private static Path built() {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .filter(file -> Files.isExecutable(file.resolve("bin/holdfast")))
          .findFirst()
          .orElseThrow(() -> new AssertionError("nothing is built: run `make dist`"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Shell.Ended run(String... arguments) {
    List<String> command = new ArrayList<>(List.of(program()));
    command.addAll(List.of(arguments));
    return Shell.run(command, null, Map.of("HOLDFAST_SOCKET", socket.toString(), "NO_COLOR", "1"));
  }

  /** The distribution packed, as a server or a CI job fetches it. */
  static Path archive() {
    Path folder = Path.of(program()).getParent().getParent();
    Path archive = folder.resolveSibling(folder.getFileName() + ".tar.gz");
    if (!Files.isReadable(archive)) {
      throw new AssertionError("there is no " + archive + ": run `make dist`");
    }
    return archive;
  }

  /** With {@code -o json}. */
  JsonNode json(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-o", "json"));
    String text = run(all.toArray(String[]::new)).text();
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON from " + all + ": " + text, e);
    }
  }
}
