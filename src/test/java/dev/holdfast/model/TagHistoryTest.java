package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** F06: a registry that flaps between two digests. */
class TagHistoryTest {
  private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");
  private static final Duration SETTLE = Duration.ofMinutes(1);

  private static TagHistory after(TagHistory history, int second, String resolved) {
    return history.next(resolved, START.plusSeconds(second), SETTLE);
  }

  private static final TagHistory MOVED = after(TagHistory.first("A"), 0, "B");

  @Test
  void aTagIsFollowedForwardAtOnce() {
    assertThat(MOVED.current()).isEqualTo("B");
    assertThat(after(MOVED, 1, "C").current()).isEqualTo("C");
  }

  @Test
  void backToWhatItWasMovedAwayFromOnlyOnceItHasStoodThere() {
    TagHistory back = after(MOVED, 10, "A");

    assertThat(back.current()).isEqualTo("B");
    assertThat(back.back()).isEqualTo("A");
    assertThat(after(back, 69, "A").current()).isEqualTo("B");
    assertThat(after(back, 70, "A")).isEqualTo(new TagHistory("A", List.of("B"), null, null));
  }

  @Test
  void F06_aRegistryThatFlapsIsNeverFollowedBack() {
    TagHistory history = MOVED;
    for (int i = 0; i < 100; i++) {
      history = after(history, 30 * i, i % 2 == 0 ? "A" : "B");
      assertThat(history.current()).isEqualTo("B");
    }
  }

  @Test
  void aNewDigestEndsTheWaitForAnOldOne() {
    TagHistory forward = after(after(MOVED, 10, "A"), 20, "C");

    assertThat(forward).isEqualTo(new TagHistory("C", List.of("A", "B"), null, null));
  }

  @Test
  void anotherOldDigestBeginsToWaitAnew() {
    TagHistory third = after(MOVED, 1, "C");
    TagHistory toA = after(third, 10, "A");
    TagHistory toB = after(toA, 60, "B");

    assertThat(after(toB, 75, "B").current()).isEqualTo("C");
    assertThat(after(toB, 120, "B").current()).isEqualTo("B");
  }

  @Test
  void withoutATimeToSettleEveryMoveIsFollowed() {
    assertThat(MOVED.next("A", START, Duration.ZERO).current()).isEqualTo("A");
  }

  @Test
  void aClockThatWasSetBackDoesNotKeepItWaiting() {
    TagHistory back = after(MOVED, 10_000, "A");

    assertThat(after(back, 20, "A").current()).isEqualTo("A");
  }

  @Test
  void whatItRemembersIsBounded() {
    TagHistory history = TagHistory.first("0");
    for (int i = 1; i < 1000; i++) {
      history = after(history, i, "" + i);
    }
    assertThat(history.replaced()).hasSizeLessThanOrEqualTo(20).endsWith("998");
  }
}
