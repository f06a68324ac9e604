package dev.holdfast.compose;

import java.util.Optional;
import java.util.SortedMap;

/**
 * The files that an app's source tracks, as they were at one revision. Paths are relative to the
 * app's folder, with {@code /}, without {@code .} and {@code ..}. Symbolic links and submodules are
 * not in it.
 */
public interface SourceTree {
  /** The bytes of one tracked file; empty where the source tracks no file of that path. */
  Optional<byte[]> file(String path);

  /**
   * The tracked files below a folder, by their path relative to it; the empty string is the app's
   * folder. Empty where there is no such folder.
   */
  SortedMap<String, Tracked> under(String folder);

  /** {@code sha256} is that of the content, in hexadecimal. */
  record Tracked(String sha256, boolean executable) {}
}
