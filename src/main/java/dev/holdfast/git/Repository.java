package dev.holdfast.git;

import dev.holdfast.git.ObjectReader.Commit;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A bare repository that holds the files of one commit and of the one before, and no history. Two
 * refs of our own keep them from being pruned.
 */
final class Repository {
  private static final String CURRENT = "refs/holdfast/current";
  private static final String PREVIOUS = "refs/holdfast/previous";
  private static final String NEXT = "refs/holdfast/next";
  private static final Pattern LEFT_BEHIND =
      Pattern.compile(".*\\.lock|tmp_.*|\\.tmp-.*|.*\\.keep");
  private static final int MAX_FILES = 500;
  private final Git git;
  private final Path path;

  Repository(Git git, Path path) {
    this.git = git;
    this.path = path;
  }

  Path path() {
    return path;
  }

  boolean exists() {
    return Files.isDirectory(path);
  }

  /**
   * @param commit any hash of the remote's, for its kind
   */
  void create(String commit) throws GitException {
    String format = commit.length() == 64 ? "sha256" : "sha1";
    git.ask("init", "--quiet", "--bare", "--object-format=" + format, "--", path.toString());
  }

  /** The commit that was fetched last; empty where there is none or it is not whole. */
  Optional<Commit> current() {
    try {
      return new ObjectReader(git, path).commit(CURRENT);
    } catch (GitException e) {
      return Optional.empty();
    }
  }

  /**
   * @param before the one that was fetched last
   * @return the commit that came, which may be newer than the one that the remote named before
   */
  Commit fetch(String url, RemoteRef ref, Optional<Commit> before) throws GitException {
    git.fetch(
        path,
        "fetch",
        "--progress",
        "--depth=1",
        "--force",
        "--no-tags",
        "--no-recurse-submodules",
        "--",
        url,
        "+" + ref.name() + ":" + NEXT);
    Commit fetched =
        new ObjectReader(git, path)
            .commit(NEXT)
            .orElseThrow(() -> new GitException("the ref does not name a commit", false));
    StringBuilder moves = new StringBuilder();
    before
        .filter(commit -> !commit.id().equals(fetched.id()))
        .ifPresent(commit -> moves.append(move(PREVIOUS, commit)));
    git.tell(path, moves.append(move(CURRENT, fetched)).toString(), "update-ref", "--stdin");
    return fetched;
  }

  private static String move(String ref, Commit to) {
    return "update " + ref + " " + to.id() + "\n";
  }

  /** Removes what a killed git left; none may run in this repository. */
  void unlock() throws IOException {
    if (!exists()) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (folder.getFileName().toString().startsWith("tmp_objdir")) {
              Folders.delete(folder);
              return FileVisitResult.SKIP_SUBTREE;
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (LEFT_BEHIND.matcher(file.getFileName().toString()).matches()) {
              Files.deleteIfExists(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Packs what is kept and drops the rest, once enough has gathered. */
  void tidy() throws GitException, IOException {
    if (Folders.countFiles(path.resolve("objects"), MAX_FILES) >= MAX_FILES
        || Folders.countFiles(path.resolve("objects/pack"), 40) >= 40) {
      git.local(path, "gc", "--quiet", "--prune=now");
    }
  }
}
