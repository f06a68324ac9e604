package dev.holdfast.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One agent per state directory. The lock is the kernel's and dies with the process, however it
 * dies; the file stays, and the process id in it is for the message alone.
 */
public final class StateLock implements AutoCloseable {
  // POSIX drops a process's locks on a file when it closes any handle of it, so this process opens
  // the file once.
  private static final Set<Path> HELD = new HashSet<>();
  private final Path file;
  private final FileChannel channel;

  private StateLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * @throws Taken when another agent holds it
   * @throws UncheckedIOException when the directory cannot be used
   */
  public static StateLock take(Path state) {
    try {
      DurableFiles.folders(state.toAbsolutePath());
      Path file = state.toRealPath().resolve("lock");
      synchronized (HELD) {
        if (HELD.contains(file)) {
          throw new Taken(state, Long.toString(ProcessHandle.current().pid()));
        }
        StateLock lock = lock(state, file);
        HELD.add(file);
        return lock;
      }
    } catch (IOException e) {
      throw DurableFiles.failed("lock the state directory " + state, e);
    }
  }

  private static StateLock lock(Path state, Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(DurableFiles.SHARED));
    try {
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new Taken(state, Files.readString(file, StandardCharsets.ISO_8859_1).strip());
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)),
          0);
      return new StateLock(file, channel);
    } catch (IOException | Taken e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void close() {
    synchronized (HELD) {
      HELD.remove(file);
      try {
        channel.close();
      } catch (IOException e) {
        throw DurableFiles.failed("release " + file, e);
      }
    }
  }

  /** Another agent works on the state directory. */
  public static final class Taken extends RuntimeException {
    private static final long serialVersionUID = 1;

    Taken(Path state, String pid) {
      super(
          "another agent"
              + (pid.matches("[0-9]{1,10}") ? " (process " + pid + ")" : "")
              + " works on the state directory "
              + state
              + "; stop it first, or give this one its own `state:` in agent.yaml");
    }
  }
}
