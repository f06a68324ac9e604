package dev.holdfast.sim;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Release;
import dev.holdfast.rollout.Rules;
import dev.holdfast.rollout.Timetable;
import dev.holdfast.rollout.Timetable.Freeze;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Those whose leave a release needs, drawn from the run's seed: they approve, reject and think
 * better of it, hold, want another one and come back to it, let it through, or wait for its window.
 * In the end each release is let go, so that what must become of it is the same as without them.
 */
final class People {
  private static final int PATIENCE = 12;
  private final World world;
  private final Scenario scenario;
  private final Random random;

  People(World world, Scenario scenario, Random random) {
    this.world = world;
    this.scenario = scenario;
    this.random = random;
  }

  /** What agent.yaml says before the next release comes. */
  void rule() {
    Instant now = world.time.now();
    boolean closed = random.nextInt(3) > 0;
    Freeze freeze =
        new Freeze(
            now.minusSeconds(9),
            now.plusSeconds(60L * (1 + random.nextInt(600))),
            ZoneOffset.UTC,
            "drawn");
    Timetable table = new Timetable(List.of(), closed ? List.of(freeze) : List.of());
    boolean approval = !closed || random.nextBoolean();
    world.rules(new Rules(approval, null, table, null));
  }

  /** Until it waits for nobody any more. */
  void pass(Release release) {
    for (int i = 0; i < 200 && waiting().isPresent(); i++) {
      DeploymentRecord record = waiting().get();
      untouched(record);
      boolean impatient = i > PATIENCE;
      if (random.nextInt(3) == 0) {
        world.crashAt(random.nextInt(30), random.nextBoolean());
      }
      boolean window = record.steps().getLast().step().equals("window");
      if (window) {
        window(impatient);
      } else {
        approval(release, impatient);
      }
      world.settle();
    }
    if (waiting().isPresent()) {
      world.violation("it waits for ever: " + waiting().get());
    }
  }

  private Optional<DeploymentRecord> waiting() {
    Memory memory = world.store.memory(Scenario.APP);
    return Optional.ofNullable(memory.deployment())
        .flatMap(id -> world.store.record(Scenario.APP, id))
        .filter(DeploymentRecord::waitsForLeave)
        .filter(record -> memory.hold() == null);
  }

  private void untouched(DeploymentRecord record) {
    world.engine.containers.values().stream()
        .filter(c -> record.deploymentId().equals(c.labels.get(Labels.DEPLOYMENT)))
        .forEach(c -> world.violation(c.name + " was made before anybody let it go"));
  }

  private void approval(Release release, boolean impatient) {
    world.account.met(Situation.WAITED_FOR_APPROVAL);
    switch (impatient ? 0 : random.nextInt(6)) {
      case 0, 1 -> world.ask(people -> people.approve(Scenario.APP, null, "ann"));
      case 2 -> {
        world.account.met(Situation.REJECTED);
        world.ask(people -> people.reject(Scenario.APP, null, "no", "ann"));
        world.settle();
        world.ask(people -> people.retry(Scenario.APP, "ann"));
      }
      case 3 -> {
        world.ask(people -> people.hold(Scenario.APP, null, "ann"));
        world.ask(people -> people.approve(Scenario.APP, null, "ann"));
        world.settle();
        world.ask(people -> people.resume(Scenario.APP, "ann"));
      }
      case 4 -> another(release);
      default -> world.later(Duration.ofHours(random.nextInt(20)));
    }
  }

  /** It is superseded, and asked for anew. */
  private void another(Release release) {
    Release other = scenario.releases.get(random.nextInt(scenario.releases.size()));
    Memory memory = world.store.memory(Scenario.APP);
    // What runs already, or failed before, would have a story of its own.
    if (!other.id().equals(release.id()) && !memory.quarantined().containsKey(other.id())) {
      world.account.met(Situation.SUPERSEDED_WHILE_IT_WAITED);
      world.want(other);
      world.settle();
      world.want(release);
    }
  }

  private void window(boolean impatient) {
    world.account.met(Situation.WAITED_FOR_ITS_WINDOW);
    switch (impatient ? 0 : random.nextInt(3)) {
      case 0 -> world.later(Duration.ofHours(10));
      case 1 -> world.ask(people -> people.syncNow(Scenario.APP, "urgent", "ann"));
      default -> world.later(Duration.ofMinutes(random.nextInt(300)));
    }
  }
}
