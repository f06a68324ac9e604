package dev.holdfast.sim;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Release;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One app, drawn from a seed, through all its releases, one after the other. */
final class SeededRun {
  private final String name;
  private final int shown;
  private final Scenario scenario;
  final World world;
  private final @Nullable Troubles troubles;
  private final @Nullable People people;
  private @Nullable Release before;
  private boolean afterQuarantine;

  private SeededRun(long seed, boolean troubled, boolean asking, Account account, int shown) {
    Random random = new Random(seed);
    this.name = "seed " + seed;
    this.shown = shown;
    this.scenario = Scenario.draw(random);
    this.world = new World(random, account);
    world.engine.behaviours.putAll(scenario.behaviours);
    LeftByCompose.draw(world, scenario, random);
    this.troubles = troubled ? new Troubles(world, scenario, random) : null;
    // Of their own, so that a seed stays the same story without them.
    this.people = asking ? new People(world, scenario, new Random(~seed)) : null;
  }

  /** With whatever may go wrong. */
  static SeededRun troubled(long seed, Account account, int shown) {
    return new SeededRun(seed, true, false, account, shown);
  }

  /** Whose releases need leave, with whatever may go wrong or without. */
  static SeededRun asking(long seed, Account account, int shown) {
    return new SeededRun(seed, seed % 3 > 0, true, account, shown);
  }

  static SeededRun quiet(long seed, Account account) {
    return new SeededRun(seed, false, false, account, 40);
  }

  /** Through all releases, or to the first that broke a promise; null where none did. */
  @Nullable String run() {
    for (int i = 0; i < scenario.releases.size(); i++) {
      Release release = scenario.releases.get(i);
      List<String> found = deploy(release);
      if (!found.isEmpty()) {
        return account(i, release, found);
      }
      Memory memory = world.store.memory(Scenario.APP);
      if (release.id().equals(memory.lastGood())) {
        before = release;
      } else if (memory.lastGood() == null) {
        before = null;
      }
      afterQuarantine = memory.quarantined().containsKey(release.id());
      if (memory.hold() != null) {
        return null;
      }
    }
    return null;
  }

  private List<String> deploy(Release release) {
    world.forgotten = false;
    boolean quiet = troubles == null ? world.isCalm() : troubles.draw(release);
    Instant asked = world.time.now();
    boolean known = world.store.memory(Scenario.APP).quarantined().containsKey(release.id());
    if (people != null) {
      people.rule();
    }
    world.commit();
    world.want(release);
    world.settle();
    pass(release);
    if (quiet && afterQuarantine && !known) {
      triedAtOnce(release, asked);
    }
    if (troubles != null) {
      troubles.pass(release);
      pass(release);
    }
    boolean wasDisturbed = world.disturbed;
    changesNothing(release);
    // What may go wrong by itself after the release was confirmed is put right by later looks.
    return new Checker(world)
        .settled(
            release,
            Expectations.of(scenario, world, release, before, wasDisturbed),
            before,
            scenario.releases);
  }

  private void pass(Release release) {
    if (people != null) {
      people.pass(release);
    }
  }

  /** Quarantine is per release: another one has nothing to wait for. */
  private void triedAtOnce(Release release, Instant asked) {
    if (release.id().equals(world.store.memory(Scenario.APP).lastGood())
        && before != null
        && release.id().equals(before.id())) {
      return;
    }
    boolean tried =
        records(release).stream()
            .anyMatch(record -> Duration.between(asked, record.timestamp()).abs().toSeconds() <= 1);
    if (tried) {
      world.account.met(Situation.TRIED_AT_ONCE_AFTER_ONE_IN_QUARANTINE);
    } else if (!world.disturbed) {
      world.violation("a release was not tried at once after another had failed");
    }
  }

  /** A commit that leaves the release as it is gives what failed no second try. */
  private void changesNothing(Release release) {
    Memory memory = world.store.memory(Scenario.APP);
    Memory.Quarantine quarantine = memory.quarantined().get(release.id());
    if (quarantine == null || quarantine.retryAt() != null || memory.hold() != null) {
      return;
    }
    world.account.met(Situation.QUARANTINED);
    int tries = records(release).size();
    world.commit();
    world.settle();
    if (records(release).size() == tries) {
      world.account.met(Situation.LEFT_IN_QUARANTINE_BY_A_COMMIT_THAT_CHANGES_NOTHING);
    } else {
      world.violation("a release in quarantine was tried again for a commit that changes nothing");
    }
  }

  private List<DeploymentRecord> records(Release release) {
    return world.store.records(Scenario.APP, 100).stream()
        .filter(record -> record.release().equals(release.id()))
        .toList();
  }

  private String account(int index, Release release, List<String> found) {
    String statuses =
        world.store.records(Scenario.APP, 9).stream()
            .map(r -> r.release() + " " + r.status().text() + " " + r.failure())
            .collect(Collectors.joining("\n  "));
    List<String> events = world.events;
    return String.join(
        "\n  ",
        name + ", release " + (index + 1) + ": " + found,
        scenario.describe(release),
        world.engine.describe(),
        statuses,
        String.join("\n  ", events.subList(Math.max(0, events.size() - shown), events.size())));
  }
}
