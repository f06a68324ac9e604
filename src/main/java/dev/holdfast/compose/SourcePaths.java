package dev.holdfast.compose;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Paths as the files write them, made plain without asking any disk. */
final class SourcePaths {
  private SourcePaths() {}

  /**
   * A relative path, seen from a folder of the source; empty where it leaves the app's folder. The
   * empty text is that folder.
   */
  static Optional<String> below(String folder, String path) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : (folder + "/" + path).split("/", -1)) {
      if (part.equals("..") && parts.pollLast() == null) {
        return Optional.empty();
      }
      if (!part.isEmpty() && !part.equals(".") && !part.equals("..")) {
        parts.addLast(part);
      }
    }
    return path.indexOf('\0') >= 0 ? Optional.empty() : Optional.of(String.join("/", parts));
  }

  /**
   * An absolute path without {@code .}, {@code ..} and doubled slashes; above the root is the root.
   */
  static String absolute(String path) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return "/" + String.join("/", parts);
  }

  static String folderOf(String file) {
    return file.lastIndexOf('/') < 0 ? "" : file.substring(0, file.lastIndexOf('/'));
  }

  /** {@code path} seen from {@code folder}; empty where it does not lie in it. */
  static Optional<String> within(String folder, String path) {
    if (folder.isEmpty() || path.equals(folder)) {
      return Optional.of(folder.isEmpty() ? path : "");
    }
    return path.startsWith(folder + "/")
        ? Optional.of(path.substring(folder.length() + 1))
        : Optional.empty();
  }
}
