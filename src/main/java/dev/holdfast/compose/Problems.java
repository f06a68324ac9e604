package dev.holdfast.compose;

import dev.holdfast.compose.Problem.Severity;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects problems, each once, so that all of them are told at once; bounded, since a hostile file
 * can hold any number.
 */
final class Problems {
  private static final int MAX = 200;
  private final Set<Problem> errors = new LinkedHashSet<>();
  private final Set<Problem> warnings = new LinkedHashSet<>();
  private final Set<String> noticed = new HashSet<>();

  void error(Place place, String message) {
    if (errors.size() < MAX) {
      errors.add(new Problem(place.file(), place.line(), place.column(), message, Severity.ERROR));
    }
  }

  void warn(Place place, String message) {
    warn(place, message, Severity.WARNING);
  }

  /** A variable that is not set and so silently empty. */
  void unset(Place place, String message) {
    warn(place, message, Severity.UNSET);
  }

  /** What has no effect here. */
  void note(Place place, String message) {
    warn(place, message, Severity.NOTE);
  }

  private void warn(Place place, String message, Severity severity) {
    if (warnings.size() < MAX) {
      warnings.add(new Problem(place.file(), place.line(), place.column(), message, severity));
    }
  }

  /**
   * A note of a key that is ignored. Fifty services that all have it get one, at the first place.
   */
  void notice(String key, Place place, String message) {
    if (noticed.add(key + message.substring(message.indexOf(' ')))) {
      note(place, message);
    }
  }

  /** True where further errors would not be kept, so that a hostile file does not buy more work. */
  boolean isFull() {
    return errors.size() >= MAX;
  }

  /** "Did you mean", to end a message with. */
  String hint(String written, Collection<String> known) {
    return isFull() ? "" : Closest.hint(written, known);
  }

  boolean hasErrors() {
    return !errors.isEmpty();
  }

  List<Problem> errors() {
    return inOrder(errors);
  }

  List<Problem> warnings() {
    return inOrder(warnings);
  }

  /** File by file in the order in which they were met, top to bottom. */
  private static List<Problem> inOrder(Set<Problem> found) {
    List<String> files = found.stream().map(Problem::file).distinct().toList();
    return found.stream()
        .sorted(
            Comparator.<Problem>comparingInt(problem -> files.indexOf(problem.file()))
                .thenComparingInt(Problem::line)
                .thenComparingInt(Problem::column))
        .toList();
  }
}
