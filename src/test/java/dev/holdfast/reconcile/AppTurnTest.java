package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.InMemoryStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Attempts run when the test lets them; the engine is away, so that each ends at once. */
class AppTurnTest {
  private final AtomicInteger looks = new AtomicInteger();
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Executor workers = waiting::add;

  private AppTurn turn(Duration interval, AppTurn before) {
    InMemoryStore store = new InMemoryStore();
    Definition definition =
        () -> {
          looks.incrementAndGet();
          return new Definition.Look(null, null, null, "source", List.of("away"), List.of());
        };
    AppReconciler reconciler =
        new AppReconciler(
            Quiet.settings("shop"), Quiet.ports(definition, store), new AppMemory(store, "shop"));
    return new AppTurn(reconciler, interval, workers, new Random(1), before);
  }

  private void run() {
    waiting.removeFirst().run();
  }

  @Test
  void theFirstLookIsDueAtOnceAndTheNextOnlyLater() {
    AppTurn turn = turn(Duration.ofHours(1), null);

    turn.tick();
    turn.tick();
    assertThat(waiting).hasSize(1);
    assertThat(turn.everCompleted()).isFalse();
    run();
    turn.tick();

    assertThat(turn.everCompleted()).isTrue();
    assertThat(waiting).isEmpty();
    assertThat(looks).hasValue(1);
  }

  @Test
  void askingWhileAnAttemptRunsIsRememberedOnce() {
    AppTurn turn = turn(Duration.ofHours(1), null);
    turn.tick();

    for (int i = 0; i < 100; i++) {
      turn.ask();
    }
    assertThat(waiting).hasSize(1);
    run();
    assertThat(waiting).hasSize(1);
    run();

    assertThat(waiting).isEmpty();
    assertThat(looks).hasValue(2);
  }

  @Test
  void anEngineThatIsAwayIsAskedSoonAgainButNotAtOnce() throws InterruptedException {
    AppTurn turn = turn(Duration.ofMillis(20), null);
    turn.tick();
    run();

    turn.tick();
    assertThat(waiting).isEmpty();
    Thread.sleep(30);
    turn.tick();
    assertThat(waiting).hasSize(1);
  }

  @Test
  void aClosedTurnBeginsNothing() {
    AppTurn turn = turn(Duration.ofHours(1), null);
    turn.close();

    turn.tick();
    turn.ask();

    assertThat(waiting).isEmpty();
    assertThat(turn.awaitIdle(Duration.ZERO)).isTrue();
  }

  @Test
  void aTurnUnderNewSettingsWaitsForTheLastAttemptUnderTheOldOnes() {
    AppTurn old = turn(Duration.ofHours(1), null);
    old.tick();
    AppTurn next = turn(Duration.ofHours(1), old);

    next.tick();
    assertThat(waiting).hasSize(1);
    old.close();
    run();
    next.tick();
    assertThat(waiting).hasSize(1);
  }

  @Test
  void knowsHowLongNothingWasHeardAndWaitsNoLongerThanTold() throws InterruptedException {
    AppTurn turn = turn(Duration.ofHours(1), null);
    turn.tick();
    Thread.sleep(20);

    assertThat(turn.running()).isTrue();
    assertThat(turn.silence()).isGreaterThanOrEqualTo(Duration.ofMillis(20));
    assertThat(turn.awaitIdle(Duration.ofMillis(10))).isFalse();
    run();
    assertThat(turn.awaitIdle(Duration.ofMillis(10))).isTrue();
  }
}
