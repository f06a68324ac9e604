package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Memory.Quarantine;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class QuarantineTest {
  private static final Instant FAILED = Instant.parse("2026-11-21T10:00:00Z");

  private static Quarantine until(Duration wait) {
    return new Quarantine("abc", "d-1", "pull: away", FAILED, 1, FAILED.plus(wait));
  }

  @Test
  void aFailedPullIsTriedAgainInItsTime() {
    Quarantine pull = until(Duration.ofMinutes(2));
    assertThat(pull.holds(FAILED)).isTrue();
    assertThat(pull.holds(FAILED.plusSeconds(119))).isTrue();
    assertThat(pull.holds(FAILED.plusSeconds(120))).isFalse();
  }

  @Test
  void F112_aClockThatIsSetBackMakesNoShortWaitALongOne() {
    assertThat(until(Duration.ofMinutes(2)).holds(FAILED.minus(Duration.ofHours(2)))).isFalse();
  }

  @Test
  void whatFailedByItselfIsHeldWhateverTheClockSays() {
    Quarantine bad = new Quarantine("abc", "d-1", "probe: no", FAILED, 1, null);
    assertThat(bad.holds(FAILED.minus(Duration.ofDays(9)))).isTrue();
    assertThat(bad.holds(FAILED.plus(Duration.ofDays(9)))).isTrue();
  }
}
