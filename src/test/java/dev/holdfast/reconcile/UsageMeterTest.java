package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Usage;
import dev.holdfast.reconcile.Apps.Taken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What containers take is asked for by whoever looks, seldom, and waited for by nobody. */
class UsageMeterTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger calls = new AtomicInteger();

  @AfterEach
  void end() {
    workers.shutdownNow();
  }

  /** A container that takes a quarter of a core; its clock goes on a second at each call. */
  private Optional<Usage> busy(String id) {
    int n = calls.incrementAndGet();
    return Optional.of(new Usage(NOON.plusSeconds(n), n * 250_000_000L, 64L << 20));
  }

  @Test
  void theFirstLookAlreadyTellsTheShareOfTheProcessor() {
    Map<String, Taken> taken = new UsageMeter(this::busy, workers).of(List.of("a"));
    assertThat(taken.get("a").memoryBytes()).isEqualTo(64L << 20);
    assertThat(taken.get("a").processor()).isCloseTo(0.25, within(1e-9));
    assertThat(calls).hasValue(2);
  }

  @Test
  void howeverManyLookTheEngineIsAskedOnce() throws Exception {
    UsageMeter meter = new UsageMeter(this::busy, workers);
    List<Future<Map<String, Taken>>> looks =
        IntStream.range(0, 50).mapToObj(i -> workers.submit(() -> meter.of(List.of("a")))).toList();
    for (Future<Map<String, Taken>> look : looks) {
      assertThat(look.get()).containsKey("a");
    }
    assertThat(calls).hasValue(2);
  }

  @Test
  void withoutALookNothingIsAsked() throws InterruptedException {
    UsageMeter meter = new UsageMeter(this::busy, workers);
    assertThat(meter.of(List.of())).isEmpty();
    Thread.sleep(50);
    assertThat(calls).hasValue(0);
  }

  @Test
  void nobodyWaitsForAnEngineThatHangs() {
    CountDownLatch never = new CountDownLatch(1);
    UsageMeter meter =
        new UsageMeter(
            id -> {
              calls.incrementAndGet();
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return Optional.empty();
            },
            workers);
    long begun = System.nanoTime();
    assertThat(meter.of(List.of("a", "b"))).isEmpty();
    assertThat(meter.of(List.of("a", "b"))).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    assertThat(calls).hasValue(1);
  }

  @Test
  void aContainerThatIsGoneIsLeftOutAndTheOthersAreTold() {
    UsageMeter meter =
        new UsageMeter(
            id -> {
              if (id.equals("gone")) {
                throw new EngineException.NotFound("no such container");
              }
              return busy(id);
            },
            workers);
    assertThat(meter.of(List.of("gone", "a"))).containsOnlyKeys("a");
  }

  @Test
  void anEngineThatIsAwayIsAskedOnceAndNotForEachContainer() {
    UsageMeter meter =
        new UsageMeter(
            id -> {
              calls.incrementAndGet();
              throw new EngineException.Unreachable("away", null);
            },
            workers);
    assertThat(meter.of(List.of("a", "b", "c"))).isEmpty();
    assertThat(calls).hasValue(1);
  }
}
