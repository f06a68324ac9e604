package dev.holdfast.git;

import java.util.List;

/** Paths inside a source, with {@code /}. */
final class Paths {
  private Paths() {}

  /** Relative, without control characters and without parts that mean another place. */
  static boolean plain(String path) {
    List<String> parts = List.of(path.split("/", -1));
    return !parts.contains("")
        && !parts.contains(".")
        && !parts.contains("..")
        && parts.stream().noneMatch(".git"::equalsIgnoreCase)
        && path.chars().noneMatch(Character::isISOControl);
  }

  /** What a folder's files begin with; the empty string is the source itself. */
  static String prefix(String folder) {
    return folder.isEmpty() ? "" : folder + "/";
  }
}
