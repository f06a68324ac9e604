package dev.holdfast.sim;

import dev.holdfast.model.Labels;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.reconcile.AppMemory;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.reconcile.Fleet;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * What may come between an agent and its release, drawn from the run's seed: deaths, one after the
 * other, also in the recovery; lost answers; an engine that restarts or is away; people at the
 * docker command line and at ours; a source that is away or wants something else meanwhile; a
 * registry that fails for a while; a lost disk.
 */
final class Troubles {
  private static final int KINDS = 17;
  private final World world;
  private final Scenario scenario;
  private final Random random;

  Troubles(World world, Scenario scenario, Random random) {
    this.world = world;
    this.scenario = scenario;
    this.random = random;
  }

  /** Whether nothing was drawn to go wrong. */
  boolean draw(Release release) {
    boolean quiet = true;
    if (random.nextInt(3) > 0) {
      quiet = false;
      int first = random.nextInt(60);
      world.crashAt(first, random.nextBoolean());
      if (random.nextInt(3) == 0) {
        world.crashAt(first + 1 + random.nextInt(12), random.nextBoolean());
      }
    }
    if (random.nextInt(4) == 0) {
      quiet = false;
      world.faults(1 + random.nextInt(2));
    }
    if (random.nextInt(8) == 0) {
      prometheusAway();
    }
    if (random.nextInt(8) == 0) {
      quiet = false;
      dataTrouble();
    }
    world.occupied(random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 0);
    world.occupiedHalfway(random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 0);
    int count = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0;
    for (int i = 0; i < count; i++) {
      trouble(random.nextInt(KINDS), release);
    }
    boolean more = random.nextInt(2) == 0;
    world.onTurn(more ? this::onTurn : () -> {});
    return quiet && count == 0;
  }

  /** Whatever happens on the way back comes on top of what it comes back from. */
  private void onTurn() {
    switch (random.nextInt(8)) {
      case 0 -> world.crashAt(random.nextInt(12), random.nextBoolean());
      case 1 -> {
        int first = random.nextInt(10);
        world.crashAt(first, random.nextBoolean());
        world.crashAt(first + 1 + random.nextInt(8), random.nextBoolean());
      }
      case 2 -> world.faults(1 + random.nextInt(2));
      case 3 -> {
        boolean killed = random.nextBoolean();
        soon("engine restarted", () -> engineRestarts(killed));
      }
      case 4 -> soon("engine away", this::engineAway);
      case 5 -> soon("the agent is killed", world::kill);
      default -> {}
    }
  }

  private void soon(String name, Runnable what) {
    Duration in = Duration.ofSeconds(random.nextInt(20));
    world.happens(random.nextInt(12), in, new Named(name, what));
  }

  private void engineRestarts(boolean killed) {
    if (world.goesBack()) {
      world.account.met(Situation.ENGINE_RESTARTED_GOING_BACK);
    }
    disturb(() -> world.engine.restart(killed));
  }

  /** The database, or what speaks to it, fails for a while. */
  private void dataTrouble() {
    FakeData data = world.engine.data;
    switch (random.nextInt(4)) {
      case 0 -> data.dumps = false;
      case 1 -> data.verifies = false;
      case 2 -> data.loads = false;
      default -> {
        data.dumps = false;
        comes("the database is well", data::isWell);
      }
    }
  }

  private void prometheusAway() {
    world.engine.prometheus.away = true;
    world.unheard = true;
    Duration back = Duration.ofSeconds(1 + random.nextInt(900));
    world.happens(
        1 << 20, back, new Named("Prometheus back", () -> world.engine.prometheus.away = false));
  }

  private void trouble(int kind, Release release) {
    switch (kind) {
      case 0 -> comes("engine killed", () -> engineRestarts(true));
      case 1 -> comes("engine restarted", () -> engineRestarts(false));
      case 2 -> comes("engine away", this::engineAway);
      case 3 -> comes("docker stop", () -> byHand(c -> c.stop(world.time.now())));
      case 4 -> comes("docker rm -f", () -> byHand(c -> world.engine.containers.remove(c.id)));
      case 5 ->
          comes("docker rename", () -> byHand(c -> c.name = "renamed-" + c.id.substring(0, 12)));
      case 6 -> comes("docker update --restart", this::policyByHand);
      case 7 -> comes("a squatter", () -> squat(release));
      case 8 -> sourceFlaps();
      case 9 -> comes("the disk is lost", this::loseState);
      case 10 -> comes("something else is wanted", () -> wantAnother(release));
      case 11 -> pullsFail(release);
      case 12 -> comes("a person asks", this::ask);
      case 13 -> comes("docker network disconnect", () -> byHand(c -> c.networks.clear()));
      case 14 -> comes("the firewall is flushed", this::breakNetwork);
      case 15 -> comes("the engine restarts under live-restore", this::freezeHealth);
      case 16 -> comes("the agent is killed", world::kill);
      default -> throw new IllegalArgumentException();
    }
  }

  /** With a name, for the account of a run that failed. */
  private void comes(String name, Runnable what) {
    world.happens(
        random.nextInt(50), Duration.ofSeconds(1 + random.nextInt(120)), new Named(name, what));
  }

  private record Named(String name, Runnable what) implements Runnable {
    @Override
    public void run() {
      what.run();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private void disturb(Runnable what) {
    world.disturbed = true;
    what.run();
  }

  private void engineAway() {
    if (world.goesBack()) {
      world.account.met(Situation.ENGINE_AWAY_GOING_BACK);
    }
    world.disturbed = true;
    world.engine.setDown(true);
    Duration back = Duration.ofSeconds(1 + random.nextInt(100));
    world.happens(1 << 20, back, new Named("engine back", () -> world.engine.setDown(false)));
  }

  /** No trouble of the release's, so that nothing that is expected of it changes. */
  private void breakNetwork() {
    world.engine.networkBroken = true;
    Duration back = Duration.ofSeconds(1 + random.nextInt(400));
    world.happens(
        1 << 20, back, new Named("network mended", () -> world.engine.networkBroken = false));
  }

  /** Containers run on, and their health stands still: nothing that is expected changes. */
  private void freezeHealth() {
    world.engine.containers.values().stream()
        .filter(c -> c.active() && c.frozenSince == null)
        .forEach(c -> c.frozenSince = world.time.now());
  }

  private void byHand(java.util.function.Consumer<FakeContainer> what) {
    List<FakeContainer> own =
        world.engine.containers.values().stream()
            .filter(c -> Scenario.APP.equals(c.labels.get(Labels.COMPOSE_PROJECT)) && !c.migration)
            .toList();
    if (!own.isEmpty()) {
      FakeContainer chosen = own.get(random.nextInt(own.size()));
      world.events.add("-- by hand: " + chosen.name);
      if (world.stand().other() != null) {
        world.account.met(Situation.BY_HAND_DURING_A_DEPLOYMENT);
      }
      disturb(() -> what.accept(chosen));
    }
  }

  private void policyByHand() {
    world.engine.duplicatesByHand();
    RestartPolicy.Name name =
        random.nextBoolean() ? RestartPolicy.Name.ALWAYS : RestartPolicy.Name.NO;
    byHand(c -> c.restart = new RestartPolicy(name, 0));
  }

  private void squat(Release release) {
    List<String> services = List.copyOf(release.services().keySet());
    String serving = Scenario.APP + "-" + services.get(random.nextInt(services.size())) + "-1";
    world.engine.squat(serving + "-" + release.id());
    if (random.nextBoolean()) {
      world.engine.squat(serving + "-" + release.id() + "-2");
    }
  }

  private void sourceFlaps() {
    for (int i = 0; i < 3; i++) {
      world.happens(
          random.nextInt(40),
          Duration.ofSeconds(random.nextInt(60)),
          new Named("source away", () -> world.sourceAway(true)));
      world.happens(
          1 << 20,
          Duration.ofSeconds(random.nextInt(90)),
          new Named("source back", () -> world.sourceAway(false)));
    }
  }

  private void loseState() {
    world.forgotten = true;
    world.disturbed = true;
    world.stateLost = true;
    world.store.loseEverything();
    throw new Crash("with the disk");
  }

  private void wantAnother(Release release) {
    Release other = scenario.releases.get(random.nextInt(scenario.releases.size()));
    world.disturbed = true;
    world.want(other);
    world.happens(
        1 << 20,
        Duration.ofSeconds(20 + random.nextInt(200)),
        new Named("wanted again", () -> world.want(release)));
  }

  private void pullsFail(Release release) {
    release
        .services()
        .values()
        .forEach(service -> world.engine.unpullable.add(service.image().pullReference()));
    world.disturbed = true;
    world.happens(
        1 << 20,
        Duration.ofSeconds(5 + random.nextInt(90)),
        new Named("registry back", world.engine.unpullable::clear));
  }

  private void ask() {
    world.disturbed = true;
    Fleet people = world.people();
    switch (random.nextInt(4)) {
      case 0 -> people.hold(Scenario.APP, "looking into it", "ann");
      case 1 -> people.resume(Scenario.APP, "ann");
      case 2 -> people.retry(Scenario.APP, "ann");
      default -> {
        try {
          people.rollback(Scenario.APP, null, "ann");
        } catch (Apps.Refused e) {
          world.events.add("-- refused: " + e.getMessage());
        }
      }
    }
  }

  /** All is well again, people have let go, and every pause is over. */
  void pass(Release release) {
    // What was asked in vain before stays so, though the same is wanted again in quiet.
    boolean unheard = world.unheard;
    world.calm();
    world.want(release);
    world.unheard |= unheard;
    Memory memory = world.store.memory(Scenario.APP);
    if (memory.hold() != null && !memory.hold().by().equals("holdfast")) {
      new AppMemory(world.store, Scenario.APP).change(m -> m.withHold(null).withPinned(null));
    }
    world.settle();
    for (int i = 0; i < 2; i++) {
      world.time.sleep(Duration.ofMinutes(35));
      world.settle();
    }
  }
}
