package dev.holdfast.cli;

import static dev.holdfast.cli.StatusView.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The pulls of an app while somebody waits for it: a bar each that is redrawn on a terminal, and
 * one line each elsewhere, so that CI's log is no longer than it has to be.
 */
final class PullBars {
  private static final int BAR = 20;
  private static final double MEBIBYTE = 1 << 20;
  private final Terminal terminal;
  private final Set<String> told = new HashSet<>();
  private int drawn;

  PullBars(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * @param pulls what {@code /api/v1/apps/{app}/pulls} answers
   */
  void show(JsonNode pulls) {
    if (!terminal.interactive()) {
      pulls.forEach(this::tell);
      return;
    }
    clear();
    for (JsonNode pull : pulls) {
      terminal.err().println(line(pull));
      drawn++;
    }
  }

  /** Once, when it is known how much there is. */
  private void tell(JsonNode pull) {
    long total = pull.path("total").asLong();
    if (total > 0 && told.add(text(pull, "image"))) {
      terminal.err().println(Text.line("pulling " + text(pull, "image")));
    }
  }

  /** What is printed next stands where the bars were. */
  void clear() {
    if (drawn > 0) {
      terminal.err().print("\u001b[" + drawn + "A\r\u001b[J");
      drawn = 0;
    }
  }

  private String line(JsonNode pull) {
    long current = pull.path("current").asLong();
    long total = pull.path("total").asLong();
    // Layers that are found later make the whole larger, so the share may be wrong and never is
    // over one.
    double share = total <= 0 ? 0 : Math.min(1, (double) current / total);
    String far = total <= 0 ? "begins" : size(current) + " of " + size(total) + " MiB";
    String tail = " [" + bar(share) + "] " + Math.round(share * 100) + "% " + far;
    return "  " + image(text(pull, "image"), terminal.width() - tail.length() - 3) + tail;
  }

  private static String bar(double share) {
    int full = (int) Math.round(share * BAR);
    return "#".repeat(full) + ".".repeat(BAR - full);
  }

  private static String size(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / MEBIBYTE);
  }

  /** The end of a long name says more than its beginning. */
  private static String image(String name, int width) {
    String clean = Text.line(name);
    int room = Math.max(width, 10);
    return clean.length() <= room ? clean : "\u2026" + clean.substring(clean.length() - room + 1);
  }
}
