package dev.holdfast.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.docker.DockerEngine;
import dev.holdfast.docker.Engine;
import dev.holdfast.docker.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How much of the disk could be freed: images that the agent pulled and no container uses. Most of
 * them are releases that are kept to go back to. Backups are shown, and not counted: they are what
 * somebody may need next.
 */
record Reclaimable(Path state) {
  private static final long MIB = 1L << 20;

  List<Examination> all(DockerEngine engine) {
    List<Examination> all = new ArrayList<>();
    try {
      all.add(images(engine));
    } catch (EngineException | UncheckedIOException e) {
      all.add(
          Examination.warning(
              "disk", "to free", "could not be found out because " + e.getMessage()));
    }
    backups(all);
    return all;
  }

  private Examination images(DockerEngine engine) {
    Set<String> pulled = new HashSet<>();
    names(state.resolve("apps")).forEach(app -> pulled.addAll(pulled(app)));
    long bytes = 0;
    int count = 0;
    for (Engine.Stored image : engine.stored()) {
      if (!image.used() && image.digests().stream().anyMatch(pulled::contains)) {
        bytes += image.alone();
        count++;
      }
    }
    return Examination.ok(
        "disk",
        "to free",
        count == 0
            ? "no image that the agent pulled is unused"
            : Checked.count(count, "image")
                + " that the agent pulled and no container uses, at least "
                + mebibytes(bytes)
                + "; they are kept to go back to: a lower keep.releases frees them at the next"
                + " release, docker image prune -a at once");
  }

  /** What memory.json names; a file that cannot be read names nothing. */
  private static Set<String> pulled(Path app) {
    Set<String> pulled = new HashSet<>();
    try {
      JsonNode memory = new JsonMapper().readTree(app.resolve("memory.json").toFile());
      memory.findPath("pulled").forEach(image -> pulled.add(image.asText()));
    } catch (IOException e) {
      return Set.of();
    }
    return pulled;
  }

  private void backups(List<Examination> all) {
    for (Path app : names(state.resolve("apps"))) {
      List<Path> taken = names(app.resolve("backups"));
      if (!taken.isEmpty()) {
        String oldest = String.valueOf(taken.getFirst().getFileName());
        all.add(
            Examination.ok(
                "disk",
                "backups of " + app.getFileName(),
                Checked.count(taken.size(), "backup")
                    + " with "
                    + mebibytes(size(app.resolve("backups")))
                    + ", the oldest is "
                    + oldest
                    + "; keep.backups and keep.backup-age say how many stay"));
      }
    }
  }

  /** By name, and so by time; none where there is no such folder. */
  private static List<Path> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isDirectory)
          .filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static long size(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  private static String mebibytes(long bytes) {
    return (bytes + MIB - 1) / MIB + " MiB";
  }
}
