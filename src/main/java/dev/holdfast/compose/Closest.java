package dev.holdfast.compose;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.IntStream;

/** "Did you mean": the name that is at most two typing errors away. */
final class Closest {
  private static final int FARTHEST = 2;
  private static final int LONGEST = 40;

  private Closest() {}

  /** A sentence to end a message with; empty where nothing is close. */
  static String hint(String written, Collection<String> known) {
    if (written.length() > LONGEST) {
      return "";
    }
    return known.stream()
        .filter(name -> distance(written, name) <= Math.min(FARTHEST, written.length() / 2))
        .min(
            Comparator.<String>comparingInt(name -> distance(written, name))
                .thenComparing(Comparator.naturalOrder()))
        .map(name -> "; did you mean '" + name + "'?")
        .orElse("");
  }

  private static int distance(String a, String b) {
    int[] row = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
