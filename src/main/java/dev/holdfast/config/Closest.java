package dev.holdfast.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was probably meant. */
final class Closest {
  private Closest() {}

  /** {@code "; did you mean 'x'?"}, or nothing where no word is near. */
  static String hint(String word, Collection<String> known) {
    return to(word, known).map(near -> "; did you mean '" + near + "'?").orElse("");
  }

  private static Optional<String> to(String word, Collection<String> known) {
    if (word.length() > 60) {
      return Optional.empty();
    }
    return known.stream()
        .filter(
            candidate ->
                distance(word, candidate) <= Math.max(1, candidate.length() / 3)
                    || candidate.equals(word + "-file"))
        .min(
            Comparator.<String>comparingInt(candidate -> distance(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** Levenshtein's, with {@code _} and upper case for nothing. */
  private static int distance(String word, String candidate) {
    String from = word.toLowerCase(Locale.ROOT).replace('_', '-');
    int[] row = new int[candidate.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int substituted = diagonal + (from.charAt(i - 1) == candidate.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[candidate.length()];
  }
}
