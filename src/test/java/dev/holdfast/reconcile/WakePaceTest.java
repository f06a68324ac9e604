package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How often one cause may wake one app. */
class WakePaceTest {
  private static long admitted(WakePace pace, long now) {
    long next = pace.next(now);
    pace.take();
    return next;
  }

  @ParameterizedTest
  @EnumSource
  void aFewMayComeAtOnceAndThenOneAfterEachPause(Wake cause) {
    WakePace pace = new WakePace(cause, 0);
    for (int i = 0; i < cause.burst(); i++) {
      assertThat(admitted(pace, 1_000)).isEqualTo(1_000);
    }
    long next = admitted(pace, 1_000);
    assertThat(Duration.ofNanos(next - 1_000))
        .isBetween(cause.pause().minusMillis(1), cause.pause());
  }

  @Test
  void afterAQuietTimeAFewMayComeAgainAndNotMore() {
    WakePace pace = new WakePace(Wake.ENGINE, 0);
    for (int i = 0; i < 5; i++) {
      admitted(pace, 0);
    }
    long later = Duration.ofHours(5).toNanos();
    for (int i = 0; i < 5; i++) {
      assertThat(admitted(pace, later)).isEqualTo(later);
    }
    assertThat(admitted(pace, later)).isGreaterThan(later);
  }

  /** A container that dies each second wakes its app no oftener than once in 15 s. */
  @Test
  void whatNeverEndsCostsWhatThePauseSays() {
    WakePace pace = new WakePace(Wake.ENGINE, 0);
    int looks = 0;
    long now = 0;
    while (now < Duration.ofHours(1).toNanos()) {
      now = Math.max(now + Duration.ofSeconds(1).toNanos(), admitted(pace, now));
      looks++;
    }
    assertThat(looks).isLessThanOrEqualTo(5 + 3_600 / 15 + 1);
  }
}
