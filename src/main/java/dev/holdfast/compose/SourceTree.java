package dev.holdfast.compose;

import java.util.Optional;
import java.util.SortedMap;

/**
 * The files that an app's source tracks, as they were at one revision. Paths are relative to the
 * app's folder, with {@code /}, without {@code .} and {@code ..}. Symbolic links and submodules are
 * not in it.
 */
public interface SourceTree {
  /** Larger files of a live tree are taken for data. */
  int MOST_TRACKED_LIVE = 1 << 20;

  /** The bytes of one tracked file; empty where the source tracks no file of that path. */
  Optional<byte[]> file(String path);

  /**
   * The tracked files below a folder, by their path relative to it; the empty string is the app's
   * folder. Empty where there is no such folder, and in a live tree.
   */
  SortedMap<String, Tracked> under(String folder);

  /**
   * One tracked file; empty where there is none of that path, and in a live tree where it is larger
   * than {@link #MOST_TRACKED_LIVE}.
   */
  default Optional<Tracked> tracked(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return Optional.ofNullable(under(SourcePaths.folderOf(path)).get(name));
  }

  /**
   * True where the source may also hold data that services write, so that what it holds is not
   * configuration for that alone.
   */
  default boolean live() {
    return false;
  }

  /** {@code sha256} is that of the content, in hexadecimal. */
  record Tracked(String sha256, boolean executable) {}
}
