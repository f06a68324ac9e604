package dev.holdfast.wake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.docker.ContainerEvent;
import dev.holdfast.docker.EngineException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One stream of events, over engines that come and go. */
@Timeout(60)
class EngineWatchTest {
  private final BlockingQueue<String> woken = new LinkedBlockingQueue<>();
  private final FakeEvents engine = new FakeEvents();

  /** An engine whose events a test makes; while it is away nobody is let in. */
  private static final class FakeEvents implements EngineWatch.Events {
    private final BlockingQueue<ContainerEvent> events = new LinkedBlockingQueue<>();
    private final List<Long> openedAfter = new CopyOnWriteArrayList<>();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean away;

    @Override
    public void follow(long after, Duration limit, Runnable begun, Consumer<ContainerEvent> to) {
      if (away) {
        refused.incrementAndGet();
        throw new EngineException.Unreachable("no engine", null);
      }
      openedAfter.add(after);
      begun.run();
      try {
        while (!away) {
          ContainerEvent event = events.poll(5, TimeUnit.MILLISECONDS);
          if (event != null) {
            to.accept(event);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new EngineException.Ambiguous("it hung up", null);
    }
  }

  private EngineWatch watch() {
    EngineWatch watch =
        new EngineWatch(engine, woken::add, () -> woken.add("all"), Duration.ofMillis(10));
    watch.start();
    watch.start();
    return watch;
  }

  private String next() throws InterruptedException {
    return woken.poll(20, TimeUnit.SECONDS);
  }

  @Test
  void whatHappensToAContainerWakesItsApp() throws InterruptedException {
    try (EngineWatch _ = watch()) {
      engine.events.add(new ContainerEvent("shop", "die", 7));
      assertThat(next()).isEqualTo("shop");
      assertThat(engine.openedAfter).as("one stream").containsExactly(0L);
    }
  }

  @Test
  void anEngineThatWasAwayIsFollowedFromWhereItStoppedAndWakesAll() throws InterruptedException {
    try (EngineWatch _ = watch()) {
      engine.events.add(new ContainerEvent("shop", "die", 7_000));
      assertThat(next()).isEqualTo("shop");
      engine.away = true;
      for (int i = 0; i < 500 && engine.refused.get() < 3; i++) {
        Thread.sleep(10);
      }
      engine.away = false;
      assertThat(next()).isEqualTo("all");
      assertThat(engine.openedAfter).containsExactly(0L, 7_000L);
    }
  }

  @Test
  void anEngineThatIsAwayIsAskedEverLessOften() throws InterruptedException {
    engine.away = true;
    try (EngineWatch _ = watch()) {
      Thread.sleep(1_000);
      assertThat(engine.refused).hasValueBetween(2, 9);
    }
  }

  @Test
  void aWatchThatIsClosedOpensNothingAnyMore() throws InterruptedException {
    EngineWatch watch = watch();
    engine.events.add(new ContainerEvent("shop", "die", 7));
    assertThat(next()).isEqualTo("shop");
    watch.close();
    watch.start();
    Thread.sleep(200);
    assertThat(engine.openedAfter).hasSize(1);
  }
}
