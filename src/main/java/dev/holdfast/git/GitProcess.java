package dev.holdfast.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of git, bounded in time and output. At its limit it dies with all its children, and only
 * when it is surely dead does the caller go on: what it left locked may then be unlocked.
 */
final class GitProcess implements AutoCloseable {
  private static final int MAX_ERRORS = 8 * 1024;
  private static final long POLL_MILLIS = 20;
  private static final long MOMENT_MILLIS = 200;
  private final Process process;
  private final Thread errors;
  private final ByteArrayOutputStream errorTail = new ByteArrayOutputStream();
  private volatile long lastSign = System.nanoTime();

  /**
   * @param idle since the last output; null where only the total counts
   */
  record Limit(Duration total, @Nullable Duration idle, int maxOutput) {}

  private GitProcess(Process process) {
    this.process = process;
    this.errors = Thread.ofPlatform().daemon().name("git errors").start(this::readErrors);
  }

  static GitProcess start(List<String> command, Map<String, String> environment, Path folder)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new GitProcess(builder.start());
  }

  Process process() {
    return process;
  }

  private void readErrors() {
    byte[] block = new byte[4096];
    try (InputStream stream = process.getErrorStream()) {
      for (int read = stream.read(block); read >= 0; read = stream.read(block)) {
        lastSign = System.nanoTime();
        keep(block, read);
      }
    } catch (IOException e) {
      // The stream of a process that was killed ends like this.
    }
  }

  private void keep(byte[] block, int length) {
    synchronized (errorTail) {
      if (errorTail.size() + length > MAX_ERRORS) {
        errorTail.reset();
      }
      errorTail.write(block, 0, length);
    }
  }

  String errorText() {
    try {
      errors.join(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (errorTail) {
      return errorTail.toString(StandardCharsets.UTF_8);
    }
  }

  /**
   * Everything that it prints, once it has ended with exit code 0.
   *
   * @throws GitException at a limit, with the reason; otherwise the caller looks at the exit code
   */
  byte[] output(String input, Limit limit) throws GitException {
    OutputReader reader = new OutputReader(limit.maxOutput());
    Thread thread = Thread.ofPlatform().daemon().name("git output").start(reader);
    long start = System.nanoTime();
    try {
      tell(input);
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS) || thread.isAlive()) {
        check(limit, start, reader);
        thread.join(Duration.ofMillis(process.isAlive() ? 1 : POLL_MILLIS));
      }
      check(limit, start, reader);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GitException("the agent is stopping", true);
    } catch (IOException e) {
      throw new GitException("git could not be talked to", false);
    }
    return reader.bytes();
  }

  /** Who ends without having read it says why by its exit code. */
  private void tell(String input) throws IOException {
    try (OutputStream stdin = process.getOutputStream()) {
      if (!input.isEmpty()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private void check(Limit limit, long start, OutputReader reader) throws GitException {
    long now = System.nanoTime();
    if (reader.tooMuch) {
      throw new GitException("git printed more than " + limit.maxOutput() + " bytes", false);
    }
    if (now - start > limit.total().toNanos()) {
      throw new GitException("there was no answer within " + text(limit.total()), true);
    }
    if (limit.idle() != null && now - lastSign > limit.idle().toNanos()) {
      throw new GitException("there was no progress for " + text(limit.idle()), true);
    }
  }

  private static String text(Duration limit) {
    return limit.toMillis() / 1000 + " s";
  }

  int exitCode() {
    return process.exitValue();
  }

  /** Its children first noted and then killed, as they become orphans when it dies. */
  static void kill(ProcessHandle process) {
    List<ProcessHandle> all = new ArrayList<>();
    try (Stream<ProcessHandle> children = process.descendants()) {
      children.forEach(all::add);
    }
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    all.add(process);
    for (ProcessHandle each : all) {
      awaitEnd(each);
    }
  }

  private static void awaitEnd(ProcessHandle process) {
    try {
      process.onExit().get(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Stuck in the kernel; nothing more can be done to it.
    }
  }

  /** Nobody asks it any more: it ends by itself, which is quicker than to look for its children. */
  void dismiss() throws InterruptedException {
    try {
      process.getOutputStream().close();
      process.waitFor(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (IOException e) {
      // It has ended already.
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill(process.toHandle());
    }
  }

  private final class OutputReader implements Runnable {
    private final int max;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private volatile boolean tooMuch;

    OutputReader(int max) {
      this.max = max;
    }

    @Override
    public void run() {
      byte[] block = new byte[8192];
      try (InputStream stream = process.getInputStream()) {
        for (int read = stream.read(block); read >= 0; read = stream.read(block)) {
          lastSign = System.nanoTime();
          if (bytes.size() + read > max) {
            tooMuch = true;
            return;
          }
          bytes.write(block, 0, read);
        }
      } catch (IOException e) {
        // The stream of a process that was killed ends like this.
      }
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }
  }
}
