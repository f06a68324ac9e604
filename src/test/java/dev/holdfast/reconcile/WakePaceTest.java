package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How often one cause may wake one app. */
class WakePaceTest {
  @ParameterizedTest
  @EnumSource
  void aFewMayComeAtOnceAndThenOneAfterEachPause(Wake cause) {
    WakePace pace = new WakePace(cause, 0);
    for (int i = 0; i < cause.burst(); i++) {
      assertThat(pace.admit(1_000)).isEqualTo(1_000);
    }
    long next = pace.admit(1_000);
    assertThat(Duration.ofNanos(next - 1_000))
        .isBetween(cause.pause().minusMillis(1), cause.pause());
  }

  @Test
  void afterAQuietTimeAFewMayComeAgainAndNotMore() {
    WakePace pace = new WakePace(Wake.ENGINE, 0);
    for (int i = 0; i < 5; i++) {
      pace.admit(0);
    }
    long later = Duration.ofHours(5).toNanos();
    for (int i = 0; i < 5; i++) {
      assertThat(pace.admit(later)).isEqualTo(later);
    }
    assertThat(pace.admit(later)).isGreaterThan(later);
  }

  /** A container that dies each second wakes its app no oftener than once in 15 s. */
  @Test
  void whatNeverEndsCostsWhatThePauseSays() {
    WakePace pace = new WakePace(Wake.ENGINE, 0);
    int looks = 0;
    long now = 0;
    while (now < Duration.ofHours(1).toNanos()) {
      now = Math.max(now + Duration.ofSeconds(1).toNanos(), pace.admit(now));
      looks++;
    }
    assertThat(looks).isLessThanOrEqualTo(5 + 3_600 / 15 + 1);
  }
}
