package dev.holdfast.docker;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Data that goes in and out of containers, of any size: nothing of it is in memory whole. What
 * fails is an {@link EngineException}; where the caller's own input cannot be read, it is an {@link
 * java.io.UncheckedIOException}.
 */
public interface ContainerData {
  /**
   * Runs a command in a running container: {@code input} is what it reads, to its end (null:
   * nothing), {@code output} gets what it prints, and {@code messages} what it says on its error
   * output, line by line. One that is not read to its end is no error. The exit status. A command
   * that outlives the timeout is {@link EngineException.TimedOut} and runs on.
   */
  int pipe(
      String id,
      List<String> command,
      Duration timeout,
      @Nullable InputStream input,
      OutputStream output,
      Consumer<String> messages);

  /** The commands that were begun in a running container beside its own and have not ended. */
  Set<List<String>> running(String id);

  /** What lies in a folder of a container, running or not, as a tar. */
  void save(String id, String folder, Duration timeout, OutputStream tar);

  /** Unpacks a tar into a folder of a container, running or not, over what is there. */
  void load(String id, String folder, Duration timeout, InputStream tar);

  /** Freezes a container that runs; {@link Engine#start} lets it go on. */
  void pause(String id);
}
