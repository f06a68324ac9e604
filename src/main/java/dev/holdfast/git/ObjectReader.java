package dev.holdfast.git;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Objects of a repository by {@code git cat-file}, which is asked over its stdin: names from a
 * source are never arguments.
 */
final class ObjectReader {
  private static final Pattern HEADER =
      Pattern.compile("([0-9a-f]{40,64}) (blob|tree|commit|tag) ([0-9]{1,18})");

  private static final Pattern COMMITTER =
      Pattern.compile("committer .*> (-?[0-9]{1,20}) [-+0-9]+");

  private static final int MAX_HEAD = 256 << 10;
  private final Git git;
  private final Path repository;

  ObjectReader(Git git, Path repository) {
    this.git = git;
    this.repository = repository;
  }

  Path repository() {
    return repository;
  }

  record Header(String id, String type, long size) {}

  interface Sink {
    void accept(String id, byte[] content);
  }

  private interface Conversation<T> {
    T talk(OutputStream questions, InputStream answers) throws IOException;
  }

  /**
   * @param time that its committer says; null where the clock was beyond all calendars
   */
  record Commit(String id, @Nullable Instant time) {}

  /** The commit that a name stands for; empty where it is not there. */
  Optional<Commit> commit(String name) throws GitException {
    return talk(
        "--batch",
        (questions, answers) -> {
          ask(questions, name + "^{commit}");
          Matcher header = HEADER.matcher(line(answers));
          if (!header.matches() || !header.group(2).equals("commit")) {
            return Optional.<Commit>empty();
          }
          // What comes after its first lines is the message, which may have any length.
          int size = (int) Math.min(Long.parseLong(header.group(3)), MAX_HEAD);
          String head = new String(answers.readNBytes(size), StandardCharsets.ISO_8859_1);
          return Optional.of(new Commit(header.group(1), time(head)));
        });
  }

  /** The message comes after an empty line: nothing in it can stand in for this. */
  private static @Nullable Instant time(String head) {
    for (String line : head.split("\n", -1)) {
      Matcher committer = COMMITTER.matcher(line);
      if (committer.matches()) {
        return instant(committer.group(1));
      }
      if (line.isEmpty()) {
        return null;
      }
    }
    return null;
  }

  private static @Nullable Instant instant(String seconds) {
    try {
      return Instant.ofEpochSecond(Long.parseLong(seconds));
    } catch (NumberFormatException | DateTimeException e) {
      return null;
    }
  }

  /** What a name stands for; empty where it stands for nothing. */
  Optional<Header> header(String name) throws GitException {
    return talk(
        "--batch-check",
        (questions, answers) -> {
          ask(questions, name);
          Matcher header = HEADER.matcher(line(answers));
          return header.matches()
              ? Optional.of(
                  new Header(header.group(1), header.group(2), Long.parseLong(header.group(3))))
              : Optional.<Header>empty();
        });
  }

  /**
   * The content of blobs, one after the other by one process; none may be larger than {@code max}.
   */
  void blobs(List<String> ids, int max, Sink sink) throws GitException {
    talk(
        "--batch",
        (questions, answers) -> {
          for (String id : ids) {
            ask(questions, id);
            sink.accept(id, content(answers, id, max));
          }
          return true;
        });
  }

  private static byte[] content(InputStream answers, String id, int max) throws IOException {
    String line = line(answers);
    Matcher header = HEADER.matcher(line);
    if (!header.matches() || !header.group(2).equals("blob") || !header.group(1).equals(id)) {
      throw new IOException("the repository lacks " + id);
    }
    long size = Long.parseLong(header.group(3));
    if (size > max) {
      throw new IOException("object " + id + " has " + size + " bytes");
    }
    byte[] content = answers.readNBytes((int) size);
    if (content.length < size || answers.read() != '\n') {
      throw new IOException("object " + id + " is cut off");
    }
    return content;
  }

  private static void ask(OutputStream questions, String name) throws IOException {
    questions.write((name + "\n").getBytes(StandardCharsets.UTF_8));
    questions.flush();
  }

  private static String line(InputStream answers) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = answers.read(); next != '\n'; next = answers.read()) {
      if (next < 0 || line.length() > 8192) {
        throw new IOException("git broke off");
      }
      line.append((char) next);
    }
    return line.toString();
  }

  private <T> T talk(String mode, Conversation<T> conversation) throws GitException {
    try (GitProcess process = git.start(repository, null, "cat-file", mode)) {
      FutureTask<T> task =
          new FutureTask<>(
              () ->
                  conversation.talk(
                      process.process().getOutputStream(),
                      new BufferedInputStream(process.process().getInputStream())));
      Thread.ofPlatform().daemon().name("git objects").start(task);
      T answer = task.get(git.localLimit().toMillis(), TimeUnit.MILLISECONDS);
      process.dismiss();
      return answer;
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new GitException("the local copy is damaged (" + cause.getMessage() + ")", false);
    } catch (TimeoutException e) {
      throw new GitException("the local copy could not be read in time", true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GitException("the agent is stopping", true);
    } finally {
      git.ended();
    }
  }
}
