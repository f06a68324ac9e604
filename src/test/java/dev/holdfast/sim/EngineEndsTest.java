package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.Release;
import dev.holdfast.plan.CaseRelease;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an engine takes along, or leaves half done, is no fault of the release. */
class EngineEndsTest {
  private static final Release ONE =
      CaseRelease.parse("{ services: { api: {}, db: {} }, networks: [default] }");
  private static final Release TWO =
      CaseRelease.parse(
          "{ services: { api: { version: 2 }, db: {} }, networks: [default], migrate: [{}] }");
  private static final int FAR = 1 << 20;
  private final World world = new World(new Random(1));

  /** In the middle of the migration, which takes long enough for it. */
  private void duringTheMigration(Runnable what) {
    world.engine.behaviours.put(
        TWO.services().get("api").image().pullReference(),
        new Behaviour(Behaviour.Kind.GOOD, Duration.ofSeconds(2), 0, Duration.ofSeconds(40)));
    world.want(ONE);
    world.settle();
    world.want(TWO);
    world.happens(FAR, Duration.ofSeconds(20), what);
  }

  private DeploymentRecord last() {
    return world.lastRecord().orElseThrow();
  }

  private void killed() {
    migrationEnds(143);
  }

  private void migrationEnds(int status) {
    FakeContainer migration =
        world.engine.containers.values().stream()
            .filter(c -> c.migration && c.state == State.RUNNING)
            .findFirst()
            .orElseThrow();
    migration.state = State.EXITED;
    migration.exitCode = status;
  }

  /** As `systemctl restart docker` does: containers first, then the engine's own end. */
  @Test
  void F96_anEngineThatIsRestartedUnderAMigrationDoesNotCostTheRelease() {
    duringTheMigration(
        () -> {
          killed();
          world.happens(FAR, Duration.ofSeconds(10), () -> world.engine.setDown(true));
          world.happens(FAR, Duration.ofSeconds(25), () -> world.engine.setDown(false));
        });
    world.settle();

    assertThat(last().release()).isEqualTo(TWO.id());
    assertThat(last().status()).as("%s", last().failure()).isEqualTo(Status.SUCCEEDED);
    assertThat(world.store.memory(Scenario.APP).quarantined()).isEmpty();
    assertThat(world.violations).isEmpty();
  }

  /** Its file system was taken from below it: the shell could not open its script. */
  @Test
  void F96_aMigrationThatFailsWhileTheEngineIsAwayIsRunOnceMore() {
    duringTheMigration(
        () -> {
          world.engine.setDown(true);
          migrationEnds(2);
          world.happens(FAR, Duration.ofSeconds(25), () -> world.engine.setDown(false));
        });
    world.settle();

    confirmed();
  }

  private void failedWith(int status) {
    assertThat(last().status()).isEqualTo(Status.FAILED);
    assertThat(last().failure().reason()).contains("exit status " + status);
    assertThat(world.violations).isEmpty();
  }

  /** Run again it would succeed here, as it would in the next test. */
  @Test
  void aMigrationThatFailsBesideAnEngineThatStaysHasFailed() {
    duringTheMigration(() -> migrationEnds(2));
    world.settle();
    failedWith(2);
  }

  /** What the engine says of it counts, whenever else it was away. */
  @Test
  void aMigrationThatFailsWhileTheAgentIsDeadHasFailedThoughTheEngineWasAwayBeforeIt() {
    duringTheMigration(
        () -> {
          migrationEnds(2);
          world.kill();
        });
    world.engine.setDown(true);
    world.lookOnce();
    world.engine.setDown(false);
    assertThat(world.engine.lastAway()).isNotNull();
    world.settle();
    failedWith(2);
  }

  @Test
  void aMigrationThatIsKilledWhileTheEngineStaysHasFailed() {
    duringTheMigration(this::killed);
    world.settle();

    failedWith(143);
  }

  /** An engine that dies again and again is no restart storm of a service. */
  @Test
  void F87_whatAnEngineTakesAlongIsPutBackAtOnceHoweverOftenItDies() {
    world.want(ONE);
    world.settle();
    for (int death = 1; death <= 6; death++) {
      world.engine.containers.values().forEach(c -> c.state = State.EXITED);
      world.engine.setDown(true);
      world.lookOnce();
      world.engine.setDown(false);
      world.lookOnce();
      assertThat(world.engine.containers.values())
          .as("after death %d: %s", death, world.view())
          .allMatch(c -> c.state == State.RUNNING);
    }
    assertThat(world.violations).isEmpty();
  }

  /** The first container of its kind that is started stays as it is for good. */
  private void firstIsStuck(boolean migration) {
    Set<String> stuck = new HashSet<>();
    world.engine.stuck =
        c ->
            c.migration == migration
                && TWO.services().get("api").image().pullReference().equals(c.image)
                && (stuck.isEmpty() ? stuck.add(c.id) : stuck.contains(c.id));
  }

  private void confirmed() {
    assertThat(last().release()).isEqualTo(TWO.id());
    assertThat(last().status()).as("%s", last().failure()).isEqualTo(Status.SUCCEEDED);
    assertThat(last().steps()).allMatch(step -> step.endedAt() != null);
    assertThat(world.violations).isEmpty();
  }

  @Test
  void F87_aMigrationThatIsHalfStartedIsRunInAnotherContainer() {
    duringTheMigration(() -> {});
    firstIsStuck(true);
    world.settle();
    confirmed();
  }

  @Test
  void F87_aNewContainerThatIsHalfStartedIsMadeAnew() {
    duringTheMigration(() -> {});
    firstIsStuck(false);
    world.settle();
    confirmed();
  }

  /** It is not of those that are watched, and the release is what they are all together. */
  @Test
  void F87_whatEndsBesideTheUpdateIsStartedAgainBeforeTheReleaseIsConfirmed() {
    world.want(ONE);
    world.settle();
    world.want(TWO);
    boolean[] once = {true};
    world.happens(
        FAR,
        Duration.ofSeconds(20),
        () -> {
          assertThat(once[0]).isTrue();
          once[0] = false;
          FakeContainer db =
              world.engine.containers.values().stream()
                  .filter(c -> c.service().equals("db"))
                  .findFirst()
                  .orElseThrow();
          db.state = State.EXITED;
          db.exitCode = 137;
        });
    world.settle();
    confirmed();
    assertThat(once[0]).isFalse();
  }
}
