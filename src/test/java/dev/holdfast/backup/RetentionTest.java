package dev.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private final List<Saved> all = new ArrayList<>();

  private Saved saved(String name, int daysAgo, boolean verified) {
    Instant at = NOW.minus(Duration.ofDays(daysAgo));
    Saved saved =
        new Saved(
            "shop",
            "id-" + daysAgo,
            name,
            "command",
            "db",
            null,
            at,
            at,
            1,
            1,
            "",
            verified,
            Saved.Purpose.ASKED,
            null);
    all.add(saved);
    return saved;
  }

  private List<Saved> gone(int count, int days, String... needed) {
    return new Retention(count, Duration.ofDays(days)).superfluous(all, Set.of(needed), NOW);
  }

  @Test
  void thoseBeyondTheCountGoOldestFirst() {
    saved("db", 1, true);
    saved("db", 2, true);
    Saved third = saved("db", 3, true);
    saved("files", 9, true);

    assertThat(gone(2, 30)).containsExactly(third);
  }

  @Test
  void thoseThatAreTooOldGoHoweverFew() {
    saved("db", 1, true);
    Saved old = saved("db", 31, true);

    assertThat(gone(5, 30)).containsExactly(old);
  }

  @Test
  void theLastGoodOneStaysHoweverOldAndTheNewestToo() {
    saved("db", 40, false);
    saved("db", 41, true);
    Saved older = saved("db", 42, true);

    assertThat(gone(1, 30)).containsExactly(older);
  }

  @Test
  void whatMayYetBeRestoredStays() {
    saved("db", 1, true);
    saved("db", 50, true);

    assertThat(gone(1, 30, "id-50")).isEmpty();
  }
}
