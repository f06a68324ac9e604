package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/**
 * Drawn apps, releases, faults and deaths against the promises of contract §10. A failing run
 * prints its seed; {@code -Dholdfast.seed=N} runs that one alone, {@code -Dholdfast.seeds=N} as
 * many as that, {@code -Dholdfast.first=N} from there on.
 */
class SimulationTest {
  private static final int SEEDS = Integer.getInteger("holdfast.seeds", 4000);
  private static final long FIRST = Long.getLong("holdfast.first", 1);
  private static final int EXHAUSTIVE = Integer.getInteger("holdfast.exhaustive", 8);
  private static final int MOST_FAILURES = Integer.getInteger("holdfast.failures", 5);

  /** Fewer than this prove nothing about how often something comes about. */
  private static final int ENOUGH = 1000;

  @Test
  void promisesHoldInDrawnRunsWithDeathsAndFaults() throws Exception {
    Long one = Long.getLong("holdfast.seed");
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    Account account = new Account();
    long from = one == null ? FIRST : one;
    long to = one == null ? FIRST + SEEDS : one + 1;
    long begun = System.nanoTime();
    each(
        from,
        to,
        failures,
        seed -> {
          String failure = SeededRun.troubled(seed, account, one == null ? 40 : 400).run();
          if (failure != null) {
            failures.add(failure);
          }
        });
    assertThat(failures).isEmpty();
    if (to - from >= ENOUGH) {
      System.out.printf(
          "%d simulated runs, from seed %d on, %.1f ms each, met:%n%s%n",
          to - from, from, (System.nanoTime() - begun) / 1e6 / (to - from), account);
      assertThat(account.never())
          .describedAs("what no run was in")
          .containsExactlyInAnyOrderElementsOf(Situation.OF_LEAVE);
    }
  }

  @Test
  void promisesHoldWhereReleasesWaitForPeopleAndWindows() throws Exception {
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    Account account = new Account();
    Long one = Long.getLong("holdfast.asking");
    long from = one == null ? FIRST : one;
    long to = one == null ? FIRST + SEEDS / 4 : one + 1;
    each(
        from,
        to,
        failures,
        seed -> {
          String failure = SeededRun.asking(seed, account, one == null ? 40 : 400).run();
          if (failure != null) {
            failures.add("asking, " + failure);
          }
        });
    assertThat(failures).isEmpty();
    if (to - from > 50) {
      assertThat(
              List.of(
                  account.of(Situation.WAITED_FOR_APPROVAL),
                  account.of(Situation.WAITED_FOR_ITS_WINDOW),
                  account.of(Situation.REJECTED),
                  account.of(Situation.SUPERSEDED_WHILE_IT_WAITED)))
          .allMatch(times -> times > 10);
    }
  }

  @Test
  void promisesHoldWhereverTheAgentDies() throws Exception {
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    AtomicLong deaths = new AtomicLong();
    each(
        1,
        EXHAUSTIVE + 1,
        failures,
        seed -> {
          int events = dying(seed, -1, false, new ConcurrentLinkedQueue<>());
          for (int event = 0; event < events && failures.size() < MOST_FAILURES; event++) {
            dying(seed, event, false, failures);
            dying(seed, event, true, failures);
            deaths.addAndGet(2);
          }
        });
    assertThat(failures).isEmpty();
    assertThat(deaths.get()).isGreaterThan(EXHAUSTIVE * 40L);
  }

  private static int dying(long seed, int crashAt, boolean after, Queue<String> failures) {
    SeededRun run = SeededRun.quiet(seed, new Account());
    if (crashAt >= 0) {
      run.world.crashAt(crashAt, after);
    }
    String failure = run.run();
    if (failure != null) {
      failures.add(
          "death %s event %d of %s".formatted(after ? "after" : "before", crashAt, failure));
    }
    return run.world.events.size();
  }

  @Test
  void aRollbackIsNeverCalledASuccess() {
    for (long seed = 1; seed <= 100; seed++) {
      SeededRun run = SeededRun.quiet(seed, new Account());
      assertThat(run.run()).isNull();
      run.world
          .store
          .records(Scenario.APP, 50)
          .forEach(
              record ->
                  assertThat(record.failure() == null || record.status() != Status.SUCCEEDED)
                      .describedAs("%s", record)
                      .isTrue());
    }
  }

  /** Runs share nothing but the account, so two of them can go side by side. */
  private static void each(long from, long to, Queue<String> failures, LongConsumer run)
      throws Exception {
    int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
    AtomicLong next = new AtomicLong(from);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(
            pool.submit(
                () -> {
                  for (long seed = next.getAndIncrement();
                      seed < to && failures.size() < MOST_FAILURES;
                      seed = next.getAndIncrement()) {
                    run.accept(seed);
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError("a run broke off", e.getCause());
    }
  }
}
