package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How long services were away while they were updated, as people read it. */
final class Gaps {
  private Gaps() {}

  /** The longest of a deployment; empty where none was measured. */
  static String longest(JsonNode gaps) {
    long longest = -1;
    for (JsonNode gap : gaps) {
      longest = Math.max(longest, gap.path("milliseconds").asLong(-1));
    }
    return longest < 0 ? "" : text(longest);
  }

  static String all(JsonNode gaps) {
    List<String> texts = new ArrayList<>();
    gaps.properties()
        .forEach(
            gap ->
                texts.add(
                    gap.getKey()
                        + " "
                        + text(gap.getValue().path("milliseconds").asLong())
                        + (gap.getValue().path("measured_by").asText().equals("engine")
                            ? " (by the engine's times)"
                            : "")));
    return String.join(", ", texts);
  }

  private static String text(long milliseconds) {
    return milliseconds < 1000
        ? milliseconds + "ms"
        : String.format(Locale.ROOT, "%.1fs", milliseconds / 1000.0);
  }
}
