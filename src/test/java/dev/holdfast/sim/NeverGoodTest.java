package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.Release;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The first release failed and left a database of which nothing can be saved. */
class NeverGoodTest {
  private final World world = new World(new Random(1));

  private static Release release(int version, int db) {
    return BackupsTest.release(version, db, new OnRollback.Keep());
  }

  private DeploymentRecord deploy(Release release) {
    world.want(release);
    world.lookOnce();
    return world.lastRecord().orElseThrow();
  }

  private void firstFails() {
    Release first = release(1, 1);
    world.engine.behaviours.put(
        Objects.requireNonNull(first.services().get("api")).image().pullReference(),
        new Behaviour(
            Behaviour.Kind.EXITS_AT_ONCE, Duration.ofSeconds(1), 0, Duration.ofSeconds(1)));
    assertThat(deploy(first).status()).isEqualTo(Status.FAILED);
  }

  @Test
  void aLaterReleaseMayMendItAndTheStepSaysThatNothingHadToBeSaved() {
    firstFails();
    world.engine.data.dumps = false;
    DeploymentRecord record = deploy(release(2, 2));
    assertThat(record.status()).describedAs("%s", record).isEqualTo(Status.SUCCEEDED);
    assertThat(record.leftOut()).containsExactly(Scenario.ROWS);
    assertThat(record.steps().stream().map(StepRecord::message).toList().toString())
        .contains("never part of a release that was confirmed", "connection refused");
  }

  /** Somebody started it, say, to look why it does not run. */
  @Test
  void oneThatDiesOverAndOverIsMendedBeforeItsBackup() {
    Release first = release(1, 1);
    world.engine.behaviours.put(
        Objects.requireNonNull(first.services().get("db")).image().pullReference(),
        new Behaviour(
            Behaviour.Kind.EXITS_AT_ONCE, Duration.ofSeconds(1), 0, Duration.ofSeconds(1)));
    assertThat(deploy(first).status()).isEqualTo(Status.FAILED);
    FakeContainer db =
        world.engine.containers.values().stream()
            .filter(c -> c.service().equals("db"))
            .findFirst()
            .orElseThrow();
    db.state = State.RESTARTING;
    DeploymentRecord record = deploy(release(2, 2));
    assertThat(record.status()).describedAs("%s", record).isEqualTo(Status.SUCCEEDED);
  }

  /** The agent's state was lost: it could be the database of years. */
  @Test
  void whatNobodyRemembersMustBeSaved() {
    firstFails();
    world.store.loseEverything();
    world.engine.data.dumps = false;
    DeploymentRecord record = deploy(release(2, 2));
    assertThat(record.status()).isEqualTo(Status.FAILED);
    assertThat(Objects.requireNonNull(record.failure()).step()).isEqualTo("backup");
    assertThat(record.migrations()).isEmpty();
  }

  @Test
  void whatWasConfirmedOnceMustBeSavedThoughALaterReleaseFailed() {
    assertThat(deploy(release(1, 1)).status()).isEqualTo(Status.SUCCEEDED);
    Release bad = release(2, 2);
    BackupsTest.failing(world, "api", bad);
    assertThat(deploy(bad).status()).isEqualTo(Status.ROLLED_BACK);
    world.engine.data.dumps = false;
    assertThat(deploy(release(3, 3)).failure().step()).isEqualTo("backup");
  }
}
