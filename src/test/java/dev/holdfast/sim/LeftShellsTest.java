package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Labels;
import dev.holdfast.reconcile.Fleet;
import dev.holdfast.store.Store.LogLine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of shells that a killed agent left of an app that is in agent.yaml no more. */
class LeftShellsTest {
  private static final String NOTED = "20261120T120000Z-0a1b2c";
  private static final String ANOTHERS = "20261120T120000Z-ffffff";
  private final World world = new World(new Random(1));
  private final Fleet without = new Fleet(world.store, attempt -> {}, new Random(1));

  @BeforeEach
  void twoWereLeft() {
    shell("1", NOTED);
    shell("2", ANOTHERS);
    note("ann opens " + NOTED + " in release 0123456789ab: sh");
    without.set(Map.of(), Duration.ofSeconds(30));
  }

  private void shell(String id, String shell) {
    FakeContainer container = new FakeContainer(id, "shop-api-run-" + id, world.time.now());
    container.labels.put(Labels.COMPOSE_PROJECT, Scenario.APP);
    container.labels.put(Labels.COMPOSE_SERVICE, "api");
    container.labels.put(Labels.APP, Scenario.APP);
    container.labels.put(Labels.SHELL, shell);
    world.engine.containers.put(id, container);
  }

  private void note(String text) {
    world.store.noteShell(
        Scenario.APP, new LogLine(world.time.now(), "INFO", "shell", "api", text));
  }

  @Test
  void theyAreRemovedAsFarAsTheyAreInItsOwnNotes() {
    assertThat(without.sweepLeftShells(world.engine, world)).isTrue();
    assertThat(world.engine.containers.keySet()).containsExactly("2");
    assertThat(world.violations).isEmpty();
  }

  @Test
  void anAppThatIsThereIsLeftToItsOwnLooks() {
    assertThat(world.people().sweepLeftShells(world.engine, world)).isTrue();
    assertThat(world.engine.containers.keySet()).containsExactly("1", "2");
  }

  @Test
  void anEngineThatIsAwayIsAskedAgainLater() {
    world.engine.setDown(true);
    assertThat(without.sweepLeftShells(world.engine, world)).isFalse();
    world.engine.setDown(false);
    assertThat(without.sweepLeftShells(world.engine, world)).isTrue();
    assertThat(world.engine.containers).hasSize(1);
  }

  @Test
  void nothingIsAskedOfTheEngineForAppsWithoutShells() {
    world.store.loseEverything();
    world.engine.setDown(true);
    assertThat(without.sweepLeftShells(world.engine, world)).isTrue();
    assertThat(world.store.appsWithShells()).isEqualTo(List.of());
  }
}
