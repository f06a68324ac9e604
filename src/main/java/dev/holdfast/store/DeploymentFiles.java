package dev.holdfast.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.holdfast.store.Store.LogLine;
import dev.holdfast.store.Store.LogPage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The files of a deployment that grow line by line: {@code log.ndjson} and the outputs of its
 * commands. Secrets are replaced before a line is written, lines and files are bounded, and a line
 * that a crash cut off spoils neither the one after it nor the reading. What cannot be written is
 * told once and never stops a deployment.
 */
final class DeploymentFiles {
  static final long MAX_FILE = 5L << 20;
  static final int MAX_LINE = 8 << 10;
  static final String DROPPED = "what came after this was dropped: the file has reached 5 MiB";
  private static final int MAX_PAGE = 1 << 20;
  // More than one line can take in UTF-8 and JSON.
  private static final int LONGEST = 6 * (MAX_LINE + 1_024);
  private static final int TAIL = 512;
  private final Redactor redactor;
  private final Warnings warnings;

  DeploymentFiles(Redactor redactor, Warnings warnings) {
    this.redactor = redactor;
    this.warnings = warnings;
  }

  void log(Path file, LogLine line) {
    LogLine clean =
        new LogLine(
            line.time(),
            line.level(),
            line.step(),
            line.service(),
            shorten(redactor.redact(line.message())));
    LogLine dropped = new LogLine(line.time(), "WARN", line.step(), null, DROPPED);
    append(file, json(clean), json(dropped));
  }

  /** As {@link #log}; a file that is half full becomes the former one, whose content goes. */
  void logTurning(Path file, Path former, LogLine line) {
    try {
      if (Files.exists(file) && Files.size(file) > MAX_FILE / 2) {
        Files.move(file, former, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      warnings.warn("could not set " + file + " aside: " + DurableFiles.reason(e));
    }
    log(file, line);
  }

  void output(Path file, String text) {
    // A value of several lines is known to the redactor as a whole too.
    redactor.redact(text).lines().forEach(line -> append(file, shorten(line), DROPPED));
  }

  private static String json(LogLine line) {
    try {
      return RecordJson.mapper().writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a log line is always written", e);
    }
  }

  private static String shorten(String line) {
    return line.length() <= MAX_LINE
        ? line
        : line.substring(0, MAX_LINE) + "… (" + (line.length() - MAX_LINE) + " more characters)";
  }

  private void append(Path file, String line, String whenFull) {
    try {
      DurableFiles.folders(DurableFiles.folderOf(file));
      Set<StandardOpenOption> options =
          Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try (FileChannel channel =
          FileChannel.open(
              file, options, PosixFilePermissions.asFileAttribute(DurableFiles.SHARED))) {
        append(channel, line, whenFull);
      }
    } catch (IOException e) {
      warnings.warn(
          "could not write "
              + file
              + ": "
              + DurableFiles.reason(e)
              + "; the deployment goes on without it");
    }
  }

  private static void append(FileChannel channel, String line, String whenFull) throws IOException {
    long size = channel.size();
    String tail = size == 0 ? "\n" : read(channel, Math.max(0, size - TAIL), TAIL);
    byte[] bytes = bytes(tail, line);
    if (size + bytes.length > MAX_FILE - LONGEST && tail.contains(DROPPED)) {
      return;
    }
    write(channel, size, size + bytes.length > MAX_FILE ? bytes(tail, whenFull) : bytes);
  }

  private static byte[] bytes(String tail, String line) {
    return ((tail.endsWith("\n") ? "" : "\n") + line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void write(FileChannel channel, long position, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long at = position;
    while (buffer.hasRemaining()) {
      at += channel.write(buffer, at);
    }
  }

  LogPage readLog(Path file, long offset) {
    long from = Math.max(0, offset);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      byte[] page = page(channel, from, MAX_PAGE);
      int end = lastLineEnd(page);
      // Lines are shorter than a page; what has no end in a whole page is none.
      int used = end == 0 && page.length == MAX_PAGE ? MAX_PAGE : end;
      String text = new String(page, 0, end, StandardCharsets.UTF_8);
      return new LogPage(text.lines().flatMap(line -> parse(line).stream()).toList(), from + used);
    } catch (NoSuchFileException e) {
      return new LogPage(List.of(), 0);
    } catch (IOException e) {
      throw DurableFiles.failed("read " + file, e);
    }
  }

  List<LogLine> logTail(Path file, int maxBytes) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long from = Math.max(0, channel.size() - Math.max(0, maxBytes));
      // What the cut leaves of a line is no JSON object, so it parses to nothing.
      String text = read(channel, from, (int) (channel.size() - from));
      return text.lines().flatMap(line -> parse(line).stream()).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw DurableFiles.failed("read " + file, e);
    }
  }

  private static Optional<LogLine> parse(String line) {
    try {
      LogLine parsed = RecordJson.mapper().readValue(line, LogLine.class);
      return parsed == null || Completeness.missing(parsed).isPresent()
          ? Optional.empty()
          : Optional.of(parsed);
    } catch (JsonProcessingException e) {
      // A crash cut it off.
      return Optional.empty();
    }
  }

  /** The end of the file, from the beginning of a line on; what is left out is said. */
  Optional<String> readOutput(Path file, int maxBytes) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      int length = (int) Math.min(size, Math.max(0, Math.min(maxBytes, MAX_FILE)));
      String text = read(channel, size - length, length);
      if (length == size) {
        return Optional.of(text);
      }
      String whole = text.substring(text.indexOf('\n') + 1);
      return Optional.of(
          "… (the first "
              + (size - whole.getBytes(StandardCharsets.UTF_8).length)
              + " bytes are left out)\n"
              + whole);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw DurableFiles.failed("read " + file, e);
    }
  }

  private static int lastLineEnd(byte[] page) {
    for (int i = page.length; i > 0; i--) {
      if (page[i - 1] == '\n') {
        return i;
      }
    }
    return 0;
  }

  private static String read(FileChannel channel, long from, int length) throws IOException {
    return new String(page(channel, from, length), StandardCharsets.UTF_8);
  }

  private static byte[] page(FileChannel channel, long from, int length) throws IOException {
    byte[] page = new byte[(int) Math.max(0, Math.min(length, channel.size() - from))];
    ByteBuffer buffer = ByteBuffer.wrap(page);
    int read = 0;
    while (buffer.hasRemaining() && read >= 0) {
      read = channel.read(buffer, from + buffer.position());
    }
    return read < 0 ? Arrays.copyOf(page, buffer.position()) : page;
  }
}
