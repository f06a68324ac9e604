package dev.holdfast.git;

import dev.holdfast.compose.SourceTree.Tracked;
import dev.holdfast.git.Still.Seen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory on the server, which may hold the data of the app's services too. Of all that is in
 * it only these files are ever looked at: those directly in it that configure ({@code *.yaml},
 * {@code *.yml}, {@code *.env}, {@code .env*}), and those that the app's files asked for by path.
 *
 * <p>Its revision is the hash over their paths, contents and executable bits. It stays the same
 * until one of them changes, appears or goes.
 */
public final class DirectorySource implements Source {
  private final Path directory;
  private SortedMap<String, Seen> known = new TreeMap<>();
  private @Nullable Look last;
  private volatile @Nullable Look seen;

  private record Look(Snapshot snapshot, DirectoryTree tree) {}

  /**
   * @param directory absolute; may itself be a symbolic link
   */
  public DirectorySource(Path directory) {
    this.directory = directory;
  }

  @Override
  public Snapshot look() {
    try {
      Path root = DirectoryFiles.real(directory);
      SortedSet<String> paths = DirectoryFiles.configuring(root);
      if (last != null) {
        paths.addAll(last.tree().asked());
      }
      known = Still.look(root, paths, known);
      SortedMap<String, Tracked> now = new TreeMap<>();
      known.forEach((path, seen) -> now.put(path, seen.tracked()));
      if (last == null || !last.tree().isStill(root, now)) {
        DirectoryTree tree = new DirectoryTree(root, now);
        last = new Look(new Snapshot(revision(now), null, null, tree), tree);
      }
      seen = last;
      return last.snapshot();
    } catch (IOException e) {
      throw new SourceException(
          "could not read " + directory + " because " + DirectoryFiles.reason(e), e);
    }
  }

  /**
   * Paths below the directory that the last look's files asked for, whether there is a file or not,
   * beside the {@link #configures configuring} names directly in it. From any thread.
   */
  public Set<String> asked() {
    Look look = seen;
    return look == null ? Set.of() : look.tree().asked();
  }

  /** Whether a file of this name, directly in the directory, is looked at. */
  public static boolean configures(String name) {
    return DirectoryFiles.configures(name);
  }

  private static String revision(Map<String, Tracked> files) {
    MessageDigest digest = Hashes.sha256();
    files.forEach(
        (path, file) -> {
          String line = (file.executable() ? "x " : "- ") + file.sha256() + " " + path + "\0";
          digest.update(line.getBytes(StandardCharsets.UTF_8));
        });
    return Hashes.hex(digest.digest());
  }
}
