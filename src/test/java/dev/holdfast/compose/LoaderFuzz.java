package dev.holdfast.compose;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;

/**
 * Loads inputs and holds them to what the loader promises: it throws nothing, takes less than a
 * second of processor time, allocates at most 64 MiB, and says something, with a place, of each
 * refusal. Input number i of a seed is always the same.
 */
final class LoaderFuzz {
  static final long MOST_BYTES = 64L << 20;
  private static final long MOST_NANOS = 1_000_000_000L;
  private static final int BOMBS = 200;
  private static final int LARGEST_BOMB = 20_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final List<Fixture> fixtures;
  private final long seed;

  LoaderFuzz(List<Fixture> fixtures, long seed) {
    this.fixtures = fixtures;
    this.seed = seed;
  }

  /** How one input went; the bytes are those that this thread allocated meanwhile. */
  record Cost(long nanos, long bytes) {}

  /** One in {@value #BOMBS} is a bomb, of a size that leaves time for others. */
  Fixture input(long number) {
    Random random = new Random(seed * 1_000_003L + number);
    random.nextInt();
    if (random.nextInt(BOMBS) == 0) {
      Bombs[] all = Bombs.values();
      return all[random.nextInt(all.length)].of(1 + random.nextInt(LARGEST_BOMB));
    }
    return Mutator.mutated(fixtures.get(random.nextInt(fixtures.size())), fixtures, random);
  }

  /** Throws an {@link AssertionError} that says how to see it again. */
  Cost check(long number) {
    Fixture input = input(number);
    return check(input, "-Dholdfast.seed=" + seed + " -Dholdfast.number=" + number);
  }

  static Cost check(Fixture input, String again) {
    LoadRequest request = input.request();
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long nanos = THREADS.getCurrentThreadCpuTime();
    LoadResult result;
    try {
      result = ComposeLoader.load(request);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError(again + ": threw, for " + shown(input), e);
    }
    nanos = THREADS.getCurrentThreadCpuTime() - nanos;
    bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
    if (nanos > MOST_NANOS || bytes > MOST_BYTES) {
      throw new AssertionError(
          again
              + ": took "
              + nanos / 1_000_000
              + " ms and "
              + (bytes >> 10)
              + " KiB, for "
              + shown(input));
    }
    if (!isAnswer(result)) {
      throw new AssertionError(again + ": no answer with a place, for " + shown(input));
    }
    return new Cost(nanos, bytes);
  }

  private static boolean isAnswer(LoadResult result) {
    List<Problem> problems =
        result instanceof LoadResult.Refused refused ? refused.problems() : result.warnings();
    boolean says = !(result instanceof LoadResult.Refused) || !problems.isEmpty();
    return says
        && problems.stream()
            .allMatch(
                problem ->
                    !problem.file().isBlank()
                        && !problem.message().isBlank()
                        && problem.line() >= 0
                        && problem.column() >= 0);
  }

  private static String shown(Fixture input) {
    String text = input.name() + " " + input.sections();
    int most = input.name().indexOf(' ') < 0 ? 6000 : 200;
    return text.length() > most ? text.substring(0, most) + "…" : text;
  }
}
