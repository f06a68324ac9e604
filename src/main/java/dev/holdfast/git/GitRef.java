package dev.holdfast.git;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The ref of agent.yaml: a branch, a tag or a full name. Where a branch and a tag have the same
 * name the branch counts, as for git clone. Valid by git's own rules (git-check-ref-format) and
 * ASCII, so that it can be neither an option nor a pattern nor several refs.
 */
record GitRef(String written) {
  private static final Pattern WRONG =
      Pattern.compile(
          "[^\\x21-\\x7e]|[~^:?*\\[\\\\]|\\.\\.|@\\{|//|^[-/]|/$|\\.$|(^|/)\\.|\\.lock(/|$)|^@$");
  private static final int MAX_LENGTH = 250;

  GitRef {
    if (written.isEmpty() || written.length() > MAX_LENGTH || WRONG.matcher(written).find()) {
      throw new IllegalArgumentException(
          "'"
              + Masking.line(written, List.of())
              + "' is not the name of a branch or a tag; name one, as main, v1.2 or"
              + " refs/heads/main");
    }
  }

  /** The full names that it may stand for, the first that exists counts. */
  List<String> candidates() {
    return written.startsWith("refs/") || written.equals("HEAD")
        ? List.of(written)
        : List.of("refs/heads/" + written, "refs/tags/" + written);
  }

  @Override
  public String toString() {
    return written;
  }
}
