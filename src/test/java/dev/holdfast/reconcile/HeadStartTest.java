package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Memory;
import dev.holdfast.store.InMemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is asked before the first tick is what the first look uses, and that one alone. */
class HeadStartTest {
  private final List<Runnable> waiting = new ArrayList<>();
  private final List<String> answers = new ArrayList<>(List.of("first", "second", "third"));
  private final InMemoryStore store = new InMemoryStore();
  private final Fleet fleet = new Fleet(store, waiting::add, new Random(1));
  private boolean broken;

  HeadStartTest() {
    AppPorts quiet = Quiet.ports(this::look, store);
    AppPorts ports =
        new AppPorts(
            quiet.definition(),
            quiet.engine(),
            quiet.registry(),
            quiet.prober(),
            quiet.store(),
            quiet.backups(),
            quiet.redactor(),
            quiet.time(),
            quiet.signals(),
            waiting::add,
            quiet.gate());
    fleet.set(Map.of("shop", new App(Quiet.settings("shop"), ports)), Duration.ofDays(1));
  }

  private Definition.Look look() {
    String answer = answers.removeFirst();
    if (broken) {
      throw new IllegalStateException(answer);
    }
    return new Definition.Look(null, null, null, "source", List.of(answer), List.of());
  }

  private void runAll() {
    while (!waiting.isEmpty()) {
      waiting.removeFirst().run();
    }
  }

  private String sourceError() {
    return fleet.find("shop").orElseThrow().source().error();
  }

  @Test
  void theFirstLookTakesWhatWasAskedAheadAndTheNextAsksAnew() {
    fleet.lookAhead();
    runAll();
    assertThat(answers).as("asked once").containsExactly("second", "third");
    assertThat(store.memory("shop")).isEqualTo(Memory.EMPTY);

    fleet.tick();
    runAll();
    assertThat(sourceError()).isEqualTo("first");

    fleet.sync("shop");
    runAll();
    assertThat(sourceError()).isEqualTo("second");
  }

  @Test
  void whatWentWrongAheadIsMetAgainByTheLook() {
    broken = true;
    fleet.lookAhead();
    runAll();
    broken = false;

    fleet.tick();
    runAll();
    assertThat(sourceError()).isEqualTo("second");
  }

  @Test
  void withoutAHeadStartTheFirstLookAsks() {
    fleet.tick();
    runAll();
    assertThat(sourceError()).isEqualTo("first");
  }
}
