package dev.holdfast.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A bare repository of the real git program, with a clone to commit from. */
final class GitRig {
  final Path bare;
  final Path work;
  final Path state;
  private final Path home;

  GitRig(Path folder, String objectFormat) {
    bare = folder.resolve("remote.git");
    work = folder.resolve("work");
    state = folder.resolve("state");
    home = folder;
    git(
        folder,
        "init",
        "-q",
        "--bare",
        "-b",
        "main",
        "--object-format=" + objectFormat,
        bare.toString());
    git(folder, "init", "-q", "-b", "main", "--object-format=" + objectFormat, work.toString());
    git(work, "remote", "add", "origin", bare.toString());
  }

  GitRig(Path folder) {
    this(folder, "sha1");
  }

  GitSource source(String ref, String path) {
    return source(ref, path, Limits.DEFAULT);
  }

  GitSource source(String ref, String path, Limits limits) {
    GitUrl url = GitUrl.parse("file://" + bare);
    return new GitSource(new GitSettings(url, ref, path, null, null, null, null), state, limits);
  }

  GitRig write(String path, String content) {
    try {
      Path file = work.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Commits all and pushes; returns the commit. */
  String push(String branch) {
    git(work, "add", "-A");
    git(work, "commit", "-q", "--allow-empty", "-m", "a change");
    git(work, "push", "-q", "--force", "origin", "HEAD:refs/heads/" + branch);
    return git(work, "rev-parse", "HEAD");
  }

  String git(Path folder, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-c", "safe.directory=*"));
    command.addAll(List.of(arguments));
    return run(folder, command);
  }

  String run(Path folder, List<String> command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
      builder
          .environment()
          .putAll(
              Map.of(
                  "HOME", home.toString(),
                  "GIT_CONFIG_NOSYSTEM", "1",
                  "GIT_AUTHOR_NAME", "t",
                  "GIT_AUTHOR_EMAIL", "t@example.com",
                  "GIT_COMMITTER_NAME", "t",
                  "GIT_COMMITTER_EMAIL", "t@example.com",
                  "GIT_COMMITTER_DATE", "2026-11-20T10:00:00Z"));
      Process process = builder.redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command + ": " + output);
      }
      return output.strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
