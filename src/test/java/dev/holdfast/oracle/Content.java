package dev.holdfast.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the files and folders hold that are bound into a container: two paths may hold the same. */
final class Content {
  private Content() {}

  static void into(SortedMap<String, String> fields, String path, JsonNode container) {
    for (JsonNode mount : container.path("Mounts")) {
      Path source = Path.of(mount.path("Source").asText());
      if (mount.path("Type").asText().equals("bind")) {
        fields.put(path + mount.path("Destination").asText() + "/Content", of(source));
      }
    }
  }

  private static String of(Path source) {
    if (Files.notExists(source)) {
      return "nothing yet";
    }
    SortedMap<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(source.relativize(file).toString(), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return contents.toString();
  }
}
