package dev.holdfast.compose;

import dev.holdfast.model.DesiredState;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.RecordBuilder;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Plan;
import dev.holdfast.plan.PlanInput;
import dev.holdfast.plan.Planner;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * {@code make bench}: figures, and no test of them, since they are those of the machine. Wanted are
 * 300 ms for validating and 50 ms for planning the largest stack in a warm JVM.
 */
class StackBench {
  private static final int WARM = 60;
  private static final int MEASURED = 101;
  private int seen;

  @Test
  void measure() {
    LoadRequest request = LargestStack.fixture().request();
    DesiredState state = LargestStack.load();
    Release before = LargestStack.release(state, 'a');
    Release after = LargestStack.release(state, 'b');
    measure("validate", () -> ComposeLoader.load(request));
    measure("release id", () -> LargestStack.release(state, 'c').id());
    measure("plan of a first release", () -> plan(after, null));
    measure("plan of an update", () -> plan(after, before));
  }

  private static Plan plan(Release release, @org.jspecify.annotations.Nullable Release previous) {
    ObservedState nothing =
        new ObservedState(release.app(), List.of(), new TreeSet<>(), new TreeSet<>());
    return Planner.deployment(
        new PlanInput(
            release,
            previous,
            RecordBuilder.to(release.id()).build(),
            nothing,
            Set.of(),
            Set.of()));
  }

  private void measure(String what, Supplier<?> work) {
    for (int i = 0; i < WARM; i++) {
      seen += work.get().hashCode();
    }
    long[] nanos = new long[MEASURED];
    for (int i = 0; i < MEASURED; i++) {
      long begun = System.nanoTime();
      seen += work.get().hashCode();
      nanos[i] = System.nanoTime() - begun;
    }
    Arrays.sort(nanos);
    System.out.printf(
        "bench: %-24s median %6.2f ms, 90th percentile %6.2f ms, most %6.2f ms (%d)%n",
        what,
        nanos[MEASURED / 2] / 1e6,
        nanos[MEASURED * 9 / 10] / 1e6,
        nanos[MEASURED - 1] / 1e6,
        seen % 10);
  }
}
