package dev.holdfast.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The git that runs in an app's folder, by process id and start time, so that the next agent finds
 * the one that a killed agent left behind, and takes no other process for it.
 */
final class Orphan {
  private static final String FILE = "running";

  private Orphan() {}

  static void note(Path folder, Process process) throws IOException {
    Optional<Instant> start = process.info().startInstant();
    if (start.isPresent()) {
      Files.writeString(folder.resolve(FILE), process.pid() + " " + start.get().toEpochMilli());
    }
  }

  static void forget(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve(FILE));
    } catch (IOException e) {
      // It names a process that has ended; the next look compares start times.
    }
  }

  static void end(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    String[] noted = Files.readString(file).strip().split(" ", -1);
    if (noted.length == 2 && noted[0].matches("[0-9]{1,10}") && noted[1].matches("[0-9]{1,16}")) {
      ProcessHandle.of(Long.parseLong(noted[0]))
          .filter(process -> startedAt(process) == Long.parseLong(noted[1]))
          .ifPresent(GitProcess::kill);
    }
    Files.deleteIfExists(file);
  }

  private static long startedAt(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(-1L);
  }
}
