package dev.holdfast.model;

import java.util.List;

/** Where a bind mount's source lies on the server. */
public sealed interface HostPath {
  /** Absolute, normalised, without {@code ..}. */
  record Absolute(String path) implements HostPath {
    public Absolute {
      if (!path.startsWith("/") || leavesItsFolder(path)) {
        throw new IllegalArgumentException("not an absolute path without '..': " + path);
      }
    }
  }

  /** Below the app's project directory; normalised; the empty string is the directory itself. */
  record InProject(String path) implements HostPath {
    public InProject {
      if (path.startsWith("/") || leavesItsFolder(path)) {
        throw new IllegalArgumentException("not a path below the project directory: " + path);
      }
    }
  }

  private static boolean leavesItsFolder(String path) {
    return List.of(path.split("/")).contains("..") || path.indexOf('\0') >= 0;
  }
}
