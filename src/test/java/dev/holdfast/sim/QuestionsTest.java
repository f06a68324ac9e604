package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.Environment;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.Release;
import dev.holdfast.model.RolloutSpec;
import dev.holdfast.plan.CaseRelease;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.reconcile.Fleet;
import dev.holdfast.reconcile.MigrationAnswers.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What the tools of migrations are asked: how long that may take, and what is said where not. */
class QuestionsTest {
  private final World world = new World(new Random(1));
  private final Fleet fleet = world.people();
  private final Release release = release();

  private static Release release() {
    Release plain = CaseRelease.parse("{ services: { api: {} }, networks: [default] }");
    Migration migration =
        new Migration(
            "api",
            List.of("migrate"),
            Migration.Mode.RUN,
            Environment.EMPTY,
            Duration.ofMinutes(1),
            new OnRollback.Keep(),
            List.of("migrate", "status"));
    RolloutSpec rollout = plain.rollout();
    return new Release(
        plain.app(),
        plain.services(),
        plain.networks(),
        plain.volumes(),
        new RolloutSpec(
            List.of(migration),
            rollout.smokes(),
            rollout.afters(),
            Duration.ofSeconds(3),
            null,
            rollout.backups()));
  }

  QuestionsTest() {
    world.want(release);
    assertThat(fleet.once()).isTrue();
    world.engine.onConverse = QuestionsTest::answers;
  }

  private static void answers(FakeContainer container) {
    container.state = State.EXITED;
    container.exitCode = 0;
  }

  private Answer asked() {
    return fleet.migrations(Scenario.APP, true, "ann").migrations().getFirst();
  }

  private void imageIsNotHere() {
    world.engine.images.remove(
        Objects.requireNonNull(release.services().get("api")).image().pullReference());
  }

  /** On the clock that limits go by. */
  private void takes(Duration time) {
    world.time.sleep(time);
    awaitGlance();
  }

  /** Whoever waits looks at the clock meanwhile. */
  private static void awaitGlance() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void never() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aPullThatTakesMinutesIsNoTimeOfTheTool() {
    imageIsNotHere();
    world.engine.onPull = () -> takes(Duration.ofMinutes(10));
    assertThat(asked().exitStatus()).isZero();
  }

  @Test
  void aPullThatDoesNotComeToItsEndIsGivenUpAndNamed() {
    imageIsNotHere();
    world.engine.onPull =
        () -> {
          takes(Duration.ofMinutes(21));
          never();
        };
    assertThat(asked().reason()).contains("its image was not here", "within 20 minutes");
  }

  @Test
  void aToolThatDoesNotEndIsGivenUp() {
    world.engine.onConverse =
        container -> {
          awaitGlance();
          takes(Duration.ofSeconds(61));
          never();
          answers(container);
        };
    assertThat(asked().reason()).contains("it did not end within 60 s");
  }

  @Test
  void anEngineThatIsAwayIsNoDefectOfTheAgent() {
    world.engine.setDown(true);
    assertThatThrownBy(this::asked)
        .isInstanceOf(Apps.Away.class)
        .hasMessageContaining("nothing can be asked of the migrations now")
        .hasMessageContaining("could not reach the engine");
  }
}
