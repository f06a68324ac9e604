package dev.holdfast.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An app's deploy repository: a bare one that a server serves, and CI's clone of it. */
final class AppRepo {
  private final WorldScripts scripts;
  private final String name;
  private final Path clone;

  AppRepo(WorldScripts scripts, String name) {
    this.scripts = scripts;
    this.name = name;
    this.clone = scripts.folder().resolve("clones").resolve(name);
    scripts.run("git.sh", "init", name);
    git(scripts.folder(), "clone", "-q", url(), clone.toString());
  }

  /** {@code file://…}. */
  String url() {
    return "file://" + bare();
  }

  /** As a server of git.sh serves it. */
  String url(String server) {
    return server + "/" + name + ".git";
  }

  Path bare() {
    return scripts.folder().resolve("git/" + name + ".git");
  }

  /** A file of CI's clone. */
  Path file(String path) {
    return clone.resolve(path);
  }

  AppRepo write(String path, String content) {
    try {
      Files.createDirectories(file(path).getParent());
      Files.writeString(file(path), content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String read(String path) {
    try {
      return Files.readString(file(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Commits all that was written and pushes it; the commit. */
  String push(String message) {
    commit(message);
    git("push", "-q", "origin", "HEAD:main");
    return head();
  }

  /** The last commit is written anew, as a person with `git push --force` does; the commit. */
  String forcePush(String message) {
    git("add", "-A");
    git("commit", "-q", "--amend", "--allow-empty", "-m", message);
    git("push", "-q", "--force", "origin", "HEAD:main");
    git(bare(), "reflog", "expire", "--expire=now", "--all");
    git(bare(), "gc", "-q", "--prune=now");
    return head();
  }

  private void commit(String message) {
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", message);
  }

  String head() {
    return git("rev-parse", "HEAD");
  }

  String git(String... arguments) {
    return git(clone, arguments);
  }

  String git(Path folder, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    return Shell.run(
            command,
            folder,
            Map.of(
                "GIT_CONFIG_NOSYSTEM",
                "1",
                "GIT_CONFIG_GLOBAL",
                scripts.folder().resolve("gitconfig").toString()))
        .text();
  }
}
