package dev.holdfast.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A control group of the kernel with a limit on memory, of version 1 or 2. */
final class MemoryGroup implements AutoCloseable {
  private static final Path ONE = Path.of("/sys/fs/cgroup/memory");
  private static final Path TWO = Path.of("/sys/fs/cgroup");
  private final boolean old = Files.isDirectory(ONE);
  private final Path group;

  MemoryGroup() throws IOException {
    group = (old ? ONE : TWO).resolve("holdfast-it-" + World.next() + "-" + System.nanoTime());
    Files.createDirectory(group);
  }

  void take(long pid) throws IOException {
    Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
  }

  void limit(long bytes) throws IOException {
    Files.writeString(
        group.resolve(old ? "memory.limit_in_bytes" : "memory.max"), Long.toString(bytes));
  }

  /** It is empty once its process has ended. */
  @Override
  public void close() throws IOException {
    for (int i = 0; ; i++) {
      try {
        Files.delete(group);
        return;
      } catch (IOException e) {
        if (i == 50) {
          throw e;
        }
        sleep();
      }
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
