package dev.holdfast.page;

import static dev.holdfast.page.Html.text;

import dev.holdfast.report.Change;
import dev.holdfast.report.Dora;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How often, how fast and how well releases come: a row for each window. */
final class Delivery {
  private Delivery() {}

  /**
   * @param app null: all
   * @param changes of that app, or of all
   */
  static Html section(@Nullable String app, List<Change> changes, Instant now) {
    List<Dora> figures =
        Dora.WINDOWS.stream().map(days -> Dora.of(app, changes, days, now)).toList();
    if (figures.stream().allMatch(Delivery::isEmpty)) {
      return Html.none();
    }
    Piece.Table table =
        new Piece.Table("Last", "Deployments", "Lead time", "Failed changes", "Time to restore");
    figures.forEach(
        dora ->
            table.row(
                text(dora.days() + " days"),
                text(frequency(dora)),
                text(dora.leadTimeSeconds() == null ? "–" : time(dora.leadTimeSeconds())),
                text(failures(dora)),
                text(restored(dora))));
    return Piece.section("delivery", "Delivery", table.html());
  }

  private static boolean isEmpty(Dora dora) {
    return dora.deployments() == 0 && dora.failures() == 0;
  }

  private static String frequency(Dora dora) {
    return dora.deployments()
        + String.format(Locale.ROOT, " (%.1f a week)", dora.deploymentsPerWeek());
  }

  private static String failures(Dora dora) {
    return dora.changeFailureRate() == null
        ? "–"
        : String.format(
            Locale.ROOT, "%.0f %% (%d)", 100 * dora.changeFailureRate(), dora.failures());
  }

  private static String restored(Dora dora) {
    String median = dora.restoreSeconds() == null ? "–" : time(dora.restoreSeconds());
    return dora.unrestored() == 0 ? median : median + ", " + dora.unrestored() + " not yet";
  }

  private static String time(long seconds) {
    Duration time = Duration.ofSeconds(seconds);
    if (time.toDays() >= 2) {
      return time.toDays() + " days";
    }
    return Words.took(Instant.EPOCH, Instant.EPOCH.plus(time));
  }
}
