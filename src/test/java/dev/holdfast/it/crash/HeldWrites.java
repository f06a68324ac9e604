package dev.holdfast.it.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Counts each app's durable writes and holds the agent in one of them, by the rig's crash.c. */
final class HeldWrites {
  private final Path folder;

  HeldWrites(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path folder() {
    return folder;
  }

  void countFrom(String app) {
    try {
      Files.deleteIfExists(folder.resolve(app + ".at"));
      Files.deleteIfExists(folder.resolve(app + ".writes"));
      Files.deleteIfExists(folder.resolve(app + ".held"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void holdAt(String app, Point point) {
    String when = point.moment() == Point.Moment.BEFORE ? "before" : "after";
    try {
      Path plan = folder.resolve(app + ".at.new");
      Files.writeString(plan, point.number() + " " + when + "\n");
      Files.move(plan, folder.resolve(app + ".at"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isHeld(String app) {
    return Files.exists(folder.resolve(app + ".held"));
  }

  /** The files that were written, in their order. */
  List<String> of(String app) {
    try {
      Path writes = folder.resolve(app + ".writes");
      return Files.exists(writes)
          ? Files.readAllLines(writes).stream()
              .map(line -> line.substring(line.lastIndexOf('/') + 1))
              .toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
