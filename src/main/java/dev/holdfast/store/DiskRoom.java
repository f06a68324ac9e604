package dev.holdfast.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Leaves a file system enough for what the agent itself must write: a backup that fills the disk
 * would take the state of every app with it.
 */
final class DiskRoom {
  static final long FLOOR = 64L << 20;
  private static final long MEBIBYTE = 1L << 20;

  /** Between two looks while it is written. */
  static final long STRIDE = 8L << 20;

  private final Path folder;

  DiskRoom(Path folder) {
    this.folder = folder;
  }

  /** For one that is as large as the last, and a tenth more. */
  void require(long last, String name) throws IOException {
    long needed = last + last / 10 + FLOOR;
    long free = free();
    if (free < needed) {
      throw new IOException(
          "there are %d MiB free, and %d MiB are needed (%s); free some, or lower keep.backups in agent.yaml"
              .formatted(
                  free / MEBIBYTE,
                  needed / MEBIBYTE,
                  last == 0
                      ? "the least that is left for the agent's state"
                      : "the last backup "
                          + name
                          + " had "
                          + last / MEBIBYTE
                          + " MiB, and a rest for the agent's state"));
    }
  }

  void check() throws IOException {
    long free = free();
    if (free < FLOOR) {
      throw new IOException(
          "the disk is nearly full: "
              + free / MEBIBYTE
              + " MiB are free, and "
              + FLOOR / MEBIBYTE
              + " MiB are left for the agent's state; free some, or put `state` on a larger disk");
    }
  }

  private long free() throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }
}
