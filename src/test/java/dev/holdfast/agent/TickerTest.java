package dev.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TickerTest {
  private static final Duration PAUSE = Duration.ofMillis(5);
  private final Ticker ticker = new Ticker();

  @AfterEach
  void close() {
    ticker.close();
  }

  @Test
  void F30_nothingThatATurnThrowsEndsTheLoop() throws InterruptedException {
    CountDownLatch turns = new CountDownLatch(4);
    ticker.every(
        PAUSE,
        () -> {
          turns.countDown();
          if (turns.getCount() == 3) {
            throw new IllegalStateException("as scripted");
          }
          if (turns.getCount() == 2) {
            throw new AssertionError("as scripted");
          }
        });
    assertThat(turns.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void twoTurnsNeverRunAtOnceAndWhatWasMissedIsNotMadeUpFor() throws InterruptedException {
    AtomicInteger turns = new AtomicInteger();
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ticker.every(
        Duration.ofMillis(200),
        () -> {
          turns.incrementAndGet();
          first.countDown();
          awaitQuietly(go);
        });
    assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
    Thread.sleep(1_000);
    assertThat(turns).hasValue(1);
    go.countDown();
    Thread.sleep(300);
    assertThat(turns.get()).isLessThan(4);
  }

  @Test
  void aClosedOneTurnsNoMore() throws InterruptedException {
    AtomicInteger turns = new AtomicInteger();
    ticker.every(PAUSE, turns::incrementAndGet);
    ticker.close();
    Thread.sleep(50);
    int then = turns.get();
    Thread.sleep(100);
    assertThat(turns).hasValue(then);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
