package dev.holdfast.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code make check} runs {@value #ROUNDS} inputs of one seed, {@code make fuzz} a million of
 * another each time. {@code -Dholdfast.seed=N} takes another seed, {@code -Dholdfast.rounds=N}
 * another number, {@code -Dholdfast.number=N} that input alone.
 */
class LoaderFuzzTest {
  private static final long ROUNDS = 50_000;
  private static final long SEED = Long.getLong("holdfast.seed", 20_261_121L);
  private static final long PROGRESS = 100_000;
  private static final int MEGABYTE = 1_000_000;
  private static final Duration HANGS = Duration.ofSeconds(60);

  private final LoaderFuzz fuzz = new LoaderFuzz(Fixture.all().toList(), SEED);
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong slowest = new AtomicLong();
  private final AtomicLong largest = new AtomicLong();
  private final AtomicLong total = new AtomicLong();

  @Test
  void noMutatedInputThrowsHangsGrowsOrIsRefusedWithoutAReason() throws Exception {
    Long one = Long.getLong("holdfast.number");
    if (one != null) {
      fuzz.check(one);
      return;
    }
    long rounds = Long.getLong("holdfast.rounds", ROUNDS);
    int threads = Math.min(Runtime.getRuntime().availableProcessors(), 8);
    long begun = System.nanoTime();
    ExecutorService workers =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
    try {
      List<AtomicLong> at = new ArrayList<>();
      List<Future<Long>> done = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        AtomicLong present = new AtomicLong(-1);
        at.add(present);
        done.add(workers.submit(worker(rounds, present)));
      }
      long checked = 0;
      for (Future<Long> worker : done) {
        checked += await(worker, at);
      }
      assertThat(checked).isEqualTo(rounds);
    } finally {
      // Not awaited: one that hangs would hold up its own failure.
      workers.shutdownNow();
    }
    System.out.printf(
        "fuzz: %d inputs of seed %d in %.1f s, %.1f s of them in the loader; most: %d ms, %d KiB%n",
        rounds,
        SEED,
        (System.nanoTime() - begun) / 1e9,
        total.get() / 1e9,
        slowest.get() / 1_000_000,
        largest.get() >> 10);
  }

  private Callable<Long> worker(long rounds, AtomicLong present) {
    return () -> {
      long checked = 0;
      for (long number = next.getAndIncrement(); number < rounds; number = next.getAndIncrement()) {
        present.set(number);
        LoaderFuzz.Cost cost = fuzz.check(number);
        slowest.accumulateAndGet(cost.nanos(), Math::max);
        largest.accumulateAndGet(cost.bytes(), Math::max);
        total.addAndGet(cost.nanos());
        checked++;
        if (number > 0 && number % PROGRESS == 0) {
          System.out.printf("fuzz: input %d of seed %d%n", number, SEED);
        }
      }
      return checked;
    };
  }

  /** Fails, and leaves the process to end, where one input takes for ever. */
  private static long await(Future<Long> worker, List<AtomicLong> at) throws Exception {
    List<Long> before = List.of();
    while (true) {
      try {
        return worker.get(HANGS.toSeconds(), TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        List<Long> now = at.stream().map(AtomicLong::get).toList();
        if (now.stream().anyMatch(before::contains)) {
          throw new AssertionError("-Dholdfast.seed=" + SEED + ": hangs at one of " + now, e);
        }
        before = now;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof AssertionError failed) {
          throw failed;
        }
        throw e;
      }
    }
  }

  /** The first load of a shape also loads classes, which is not its cost. */
  @ParameterizedTest
  @EnumSource
  void aFileOfAMegabyteCostsAtMostASecondAnd64MiB(Bombs bomb) {
    Fixture input = bomb.of(MEGABYTE);
    LongStream.range(0, 2).forEach(i -> ComposeLoader.load(bomb.of(1000).request()));

    LoaderFuzz.Cost cost = LoaderFuzz.check(input, bomb.name());

    assertThat(cost.bytes()).isLessThanOrEqualTo(LoaderFuzz.MOST_BYTES);
  }
}
