package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** When what was asked for by `sync --wait` is over. */
class SettlingTest {
  private static final Instant ASKED = Instant.parse("2026-11-20T12:00:00Z");

  private static JsonNode app(String phase, String checkedAt, String more) {
    try {
      return new ObjectMapper()
          .readTree(
              "{\"app\":\"shop\",\"phase\":\"%s\",\"source\":{\"checkedAt\":\"%s\"}%s}"
                  .formatted(phase, checkedAt, more));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private final Settling settling = new Settling(app("Synced", "2026-11-20T11:59:30Z", ""), ASKED);

  @Test
  void aLookThatBeganBeforeIsNotTheOneThatWasAskedFor() {
    assertThat(settling.judge(app("Synced", "2026-11-20T11:59:59.900Z", "")))
        .isInstanceOf(Verdict.Waiting.class);
    assertThat(settling.judge(app("Synced", "2026-11-20T12:00:00.100Z", "")))
        .isInstanceOf(Verdict.Confirmed.class);
  }

  @Test
  void whereAClockWasSetTheSecondLookIsTheOne() {
    assertThat(settling.judge(app("Synced", "2026-11-20T10:00:00Z", "")))
        .isInstanceOf(Verdict.Waiting.class);
    assertThat(settling.judge(app("Synced", "2026-11-20T10:00:30Z", "")))
        .isInstanceOf(Verdict.Confirmed.class);
  }

  @Test
  void whatWaitsForAPersonIsToldAtOnceWhateverThePhaseIs() {
    String waits = ",\"deployment\":\"d\",\"awaits\":\"window\"";
    assertThat(settling.judge(app("Degraded", "2026-11-20T12:00:01Z", waits)))
        .isInstanceOf(Verdict.Failed.class);
    assertThat(settling.judge(app("Degraded", "2026-11-20T12:00:01Z", ",\"deployment\":\"d\"")))
        .isInstanceOf(Verdict.Waiting.class);
  }
}
