package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WokenLookTest {
  private static final long NOW = Duration.ofHours(1).toNanos();
  private final WokenLook woken = new WokenLook();

  /** As a rollout does whose containers come and go. */
  private void engineAsksTooOften() {
    for (int i = 0; i <= Wake.ENGINE.burst(); i++) {
      assertThat(woken.ask(Wake.ENGINE, NOW)).isTrue();
      if (i < Wake.ENGINE.burst()) {
        assertThat(woken.isDue(NOW)).isTrue();
        woken.clear();
      }
    }
    assertThat(woken.isDue(NOW)).isFalse();
  }

  @Test
  void aHookDoesNotWaitForALookThatTheEngineAskedForTooOften() {
    engineAsksTooOften();
    assertThat(woken.ask(Wake.HOOK, NOW)).isTrue();
    assertThat(woken.isDue(NOW)).isTrue();
  }

  @Test
  void whatIsAskedForAlreadyIsNotAskedForTwice() {
    assertThat(woken.ask(Wake.HOOK, NOW)).isTrue();
    assertThat(woken.ask(Wake.HOOK, NOW)).isFalse();
    assertThat(woken.ask(Wake.FILE, NOW)).isFalse();
    woken.clear();
    assertThat(woken.isDue(NOW)).isFalse();
    assertThat(woken.ask(Wake.FILE, NOW)).isTrue();
  }

  @Test
  void aLaterOneDoesNotPutOffAnEarlierOne() {
    woken.ask(Wake.HOOK, NOW);
    assertThat(woken.ask(Wake.ENGINE, NOW + 1)).isFalse();
    assertThat(woken.isDue(NOW)).isTrue();
  }

  @Test
  void whatBringsNoLookCostsNone() {
    assertThat(woken.ask(Wake.HOOK, NOW)).isTrue();
    for (int i = 0; i < 100; i++) {
      assertThat(woken.ask(Wake.ENGINE, NOW)).isFalse();
    }
    woken.clear();
    assertThat(woken.ask(Wake.ENGINE, NOW)).isTrue();
    assertThat(woken.isDue(NOW)).isTrue();
  }
}
