package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Drawn apps, releases, faults and deaths against the promises of contract §10. A failing run
 * prints its seed; {@code -Dholdfast.seed=N} runs that one alone, {@code -Dholdfast.seeds=N} as
 * many as that.
 */
class SimulationTest {
  private static final int SEEDS = Integer.getInteger("holdfast.seeds", 2000);
  private static final int EXHAUSTIVE = Integer.getInteger("holdfast.exhaustive", 8);

  @Test
  void promisesHoldInDrawnRunsWithDeathsAndFaults() {
    Long one = Long.getLong("holdfast.seed");
    long from = one == null ? 1 : one;
    long to = one == null ? SEEDS : one;
    List<String> failures = new ArrayList<>();
    for (long seed = from; seed <= to && failures.size() < 5; seed++) {
      drawn(seed, failures);
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void promisesHoldWhereverTheAgentDies() {
    List<String> failures = new ArrayList<>();
    int deaths = 0;
    for (long seed = 1; seed <= EXHAUSTIVE && failures.size() < 5; seed++) {
      int events = everyRelease(seed, -1, false, new ArrayList<>());
      for (int event = 0; event < events && failures.size() < 5; event++) {
        everyRelease(seed, event, false, failures);
        everyRelease(seed, event, true, failures);
        deaths += 2;
      }
    }
    assertThat(failures).isEmpty();
    assertThat(deaths).isGreaterThan(EXHAUSTIVE * 40);
  }

  private static int everyRelease(long seed, int crashAt, boolean after, List<String> failures) {
    Random random = new Random(seed);
    Scenario scenario = Scenario.draw(random);
    World world = new World(random);
    world.engine.behaviours.putAll(scenario.behaviours);
    LeftByCompose.draw(world, scenario, random);
    if (crashAt >= 0) {
      world.crashAt(crashAt, after);
    }
    String name = "seed %d, death %s event %d".formatted(seed, after ? "after" : "before", crashAt);
    deployAll(scenario, world, name, failures, null);
    return world.events.size();
  }

  private static void drawn(long seed, List<String> failures) {
    Random random = new Random(seed);
    Scenario scenario = Scenario.draw(random);
    World world = new World(random);
    world.engine.behaviours.putAll(scenario.behaviours);
    LeftByCompose.draw(world, scenario, random);
    deployAll(scenario, world, "seed " + seed, failures, new Troubles(world, scenario, random));
  }

  private static void deployAll(
      Scenario scenario,
      World world,
      String name,
      List<String> failures,
      @Nullable Troubles troubles) {
    Release before = null;
    for (int i = 0; i < scenario.releases.size(); i++) {
      Release release = scenario.releases.get(i);
      if (troubles != null) {
        troubles.draw(release);
      }
      world.want(release);
      world.settle();
      if (troubles != null) {
        troubles.pass(release);
      }
      // What may go wrong by itself after the release was confirmed is put right by later looks.
      List<String> found =
          new Checker(world)
              .settled(
                  release,
                  expected(scenario, release, before, world.disturbed),
                  before,
                  scenario.releases);
      if (!found.isEmpty()) {
        failures.add(
            name
                + ", release "
                + (i + 1)
                + ": "
                + found
                + "\n  "
                + scenario.describe(release)
                + "\n  "
                + world.engine.describe()
                + "\n  "
                + statuses(world)
                + "\n  "
                + String.join("\n  ", lastOf(world.events)));
        return;
      }
      if (release.id().equals(world.store.memory(Scenario.APP).lastGood())) {
        before = release;
      } else if (world.store.memory(Scenario.APP).lastGood() == null) {
        before = null;
      }
      if (world.store.memory(Scenario.APP).hold() != null) {
        return;
      }
    }
  }

  private static String statuses(World world) {
    return world.store.records(Scenario.APP, 9).stream()
        .map(r -> r.release() + " " + r.status().text() + " " + r.failure())
        .collect(java.util.stream.Collectors.joining("\n  "));
  }

  private static List<String> lastOf(List<String> events) {
    return events.subList(
        Math.max(0, events.size() - (Long.getLong("holdfast.seed") == null ? 40 : 400)),
        events.size());
  }

  /**
   * What must become of a release: confirmed, not confirmed, or either, where its faults may show
   * too late.
   */
  private static Checker.Expected expected(
      Scenario scenario, Release release, Release before, boolean disturbed) {
    boolean good = migrates(scenario, release, before);
    boolean bad = !good;
    for (Release.Service service : release.services().values()) {
      if (isNew(service, before)) {
        Behaviour behaviour =
            Objects.requireNonNull(scenario.behaviours.get(service.image().pullReference()));
        good &= behaviour.isGood();
        bad |= behaviour.isBad(service.spec());
      }
    }
    boolean flaps =
        release.services().values().stream()
            .anyMatch(
                s ->
                    scenario.behaviours.get(s.image().pullReference()).kind()
                        == Behaviour.Kind.DIES_LATER);
    // A release can fail for what an engine or a person did to it meanwhile, and is then tried
    // again only when asked to.
    return good && !flaps && !disturbed
        ? Checker.Expected.CONFIRMED
        : bad ? Checker.Expected.NOT_CONFIRMED : Checker.Expected.EITHER;
  }

  private static boolean isNew(Release.Service service, Release before) {
    Release.Service old = before == null ? null : before.services().get(service.spec().name());
    return old == null || !old.configHash().equals(service.configHash());
  }

  private static boolean migrates(Scenario scenario, Release release, Release before) {
    List<Migration> migrations = release.rollout().migrations();
    boolean runs =
        before == null
            || !migrations.equals(before.rollout().migrations())
            || release.services().values().stream().anyMatch(service -> isNew(service, before));
    return migrations.isEmpty()
        || !runs
        || migrations.stream().allMatch(m -> m.mode() == Migration.Mode.EXEC)
        || Objects.requireNonNull(
                    scenario.behaviours.get(release.services().get("api").image().pullReference()))
                .migrationExit()
            == 0;
  }

  @Test
  void aRollbackIsNeverCalledASuccess() {
    for (long seed = 1; seed <= 100; seed++) {
      Random random = new Random(seed);
      Scenario scenario = Scenario.draw(random);
      World world = new World(random);
      world.engine.behaviours.putAll(scenario.behaviours);
      LeftByCompose.draw(world, scenario, random);
      for (Release release : scenario.releases) {
        world.want(release);
        world.settle();
      }
      world
          .store
          .records(Scenario.APP, 50)
          .forEach(
              record ->
                  assertThat(record.failure() == null || record.status() != Status.SUCCEEDED)
                      .describedAs("seed %s: %s", random, record)
                      .isTrue());
    }
  }
}
