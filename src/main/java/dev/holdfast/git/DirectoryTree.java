package dev.holdfast.git;

import dev.holdfast.compose.SourceTree;
import dev.holdfast.git.Still.Content;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of one look at a directory. What the look did not read is read when it is asked for and
 * stays what it was then: a file that changed since is refused, not mixed in.
 */
final class DirectoryTree implements SourceTree {
  private static final int MOST_ASKED = 2_000;
  private final Path root;
  private final SortedMap<String, Optional<Tracked>> seen = new TreeMap<>();
  private final Set<String> asked = new HashSet<>();

  /** Told to be none that is tracked; not read for that, as it may be data that is written. */
  private final Set<String> untracked = new HashSet<>();

  DirectoryTree(Path root, Map<String, Tracked> files) {
    this.root = root;
    files.forEach((path, file) -> seen.put(path, Optional.of(file)));
  }

  @Override
  public boolean live() {
    return true;
  }

  @Override
  public synchronized Optional<byte[]> file(String path) {
    return read(path).map(Content::bytes);
  }

  @Override
  public synchronized Optional<Tracked> tracked(String path) {
    try {
      if (isTracked(path)) {
        return read(path).map(Content::tracked);
      }
      untracked.add(path);
      return Optional.empty();
    } catch (IOException e) {
      throw failed(path, DirectoryFiles.reason(e), e);
    }
  }

  private boolean isTracked(String path) throws IOException {
    try {
      return DirectoryFiles.state(root, path)
          .filter(state -> state.size() <= MOST_TRACKED_LIVE)
          .isPresent();
    } catch (AccessDeniedException e) {
      // The engine may still mount what the agent may not read.
      return false;
    }
  }

  private Optional<Content> read(String path) {
    if (!Paths.plain(path)) {
      return Optional.empty();
    }
    asked.add(path);
    if (asked.size() > MOST_ASKED) {
      throw failed(path, "the app's files name more than " + MOST_ASKED + " files", null);
    }
    try {
      Optional<Content> now = Still.read(root, path);
      Optional<Tracked> before = seen.computeIfAbsent(path, key -> now.map(Content::tracked));
      if (before.equals(now.map(Content::tracked))) {
        return now;
      }
    } catch (IOException e) {
      throw failed(path, DirectoryFiles.reason(e), e);
    }
    throw failed(path, "it changed since it was looked at; the next look takes it", null);
  }

  private SourceException failed(String path, String why, @Nullable Exception cause) {
    return new SourceException("could not use " + path + " in " + root + " because " + why, cause);
  }

  /** A folder may hold what services write, so that none is ever taken as configuration. */
  @Override
  public SortedMap<String, Tracked> under(String folder) {
    return new TreeMap<>();
  }

  /** The paths that were asked for, whether there is a file or not. */
  synchronized Set<String> asked() {
    return Set.copyOf(asked);
  }

  /** True where all that this tree has told, and what else configures, is still so. */
  synchronized boolean isStill(Path nowRoot, SortedMap<String, Tracked> now) throws IOException {
    for (String path : untracked) {
      if (isTracked(path)) {
        return false;
      }
    }
    SortedMap<String, Tracked> then = new TreeMap<>();
    seen.forEach((path, file) -> file.ifPresent(tracked -> then.put(path, tracked)));
    return root.equals(nowRoot) && then.equals(now);
  }
}
