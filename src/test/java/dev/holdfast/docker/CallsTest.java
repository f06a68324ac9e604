package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CallsTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  private final Calls calls = new Calls();

  @Test
  void givesTheAnswer() {
    assertThat(calls.<Integer>within(Duration.ofSeconds(5), "add", () -> 1 + 1)).isEqualTo(2);
  }

  @Test
  void aCallThatIsLateIsInterruptedAndItsThreadEnds() {
    AtomicBoolean interrupted = new AtomicBoolean();
    assertThatThrownBy(
            () ->
                calls.within(
                    SHORT,
                    "list containers",
                    () -> {
                      try {
                        Thread.sleep(Duration.ofMinutes(10));
                      } catch (InterruptedException e) {
                        interrupted.set(true);
                      }
                      return true;
                    }))
        .isInstanceOf(EngineException.Ambiguous.class)
        .hasMessage("could not list containers: no answer from the engine within 50 ms");
    await().atMost(Duration.ofSeconds(5)).until(() -> calls.live() == 0);
    assertThat(interrupted).isTrue();
  }

  @Test
  void F96_knowsWhenTheEngineWasLastOutOfReach() {
    assertThatThrownBy(() -> calls.within(Duration.ofSeconds(5), "look", CallsTest::reset))
        .isInstanceOf(EngineException.Ambiguous.class);
    assertThat(calls.lastAway()).as("it took the call").isNull();
    Instant before = Instant.now();
    assertThatThrownBy(() -> calls.within(Duration.ofSeconds(5), "look", CallsTest::refused))
        .isInstanceOf(EngineException.Unreachable.class);
    assertThat(calls.lastAway()).isBetween(before, Instant.now());
  }

  private static boolean reset() throws IOException {
    throw new IOException("Connection reset");
  }

  private static boolean refused() throws IOException {
    throw new ConnectException("Connection refused");
  }

  @Test
  void F99_callsThatNeverComeBackAreBoundedAndThenFailAtOnce() {
    CountDownLatch wedged = new CountDownLatch(1);
    for (int i = 0; i < Calls.MOST_STUCK; i++) {
      assertThatThrownBy(() -> calls.within(SHORT, "look", () -> stuck(wedged)))
          .isInstanceOf(EngineException.Ambiguous.class);
    }
    long begun = System.nanoTime();
    assertThatThrownBy(() -> calls.within(Duration.ofSeconds(30), "look", () -> stuck(wedged)))
        .isInstanceOf(EngineException.Unreachable.class)
        .hasMessageContaining("16 earlier calls have not come back");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
    assertThat(calls.live()).isEqualTo(Calls.MOST_STUCK);
    wedged.countDown();
    await().atMost(Duration.ofSeconds(5)).until(() -> calls.live() == 0);
    assertThat(calls.<Integer>within(Duration.ofSeconds(5), "add", () -> 2)).isEqualTo(2);
  }

  /** As a read that no interrupt ends. */
  private static boolean stuck(CountDownLatch wedged) {
    while (true) {
      try {
        wedged.await();
        return true;
      } catch (InterruptedException e) {
        continue;
      }
    }
  }
}
