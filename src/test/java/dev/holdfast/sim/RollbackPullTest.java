package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Release;
import dev.holdfast.plan.CaseRelease;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A rollback that has to pull first, because somebody took container and image away. */
class RollbackPullTest {
  private final World world = new World(new Random(1));
  private int pulls;

  private static Release release(int version) {
    return CaseRelease.parse(
        "{ services: { api: { version: %d }, web: {} }, networks: [default] }".formatted(version));
  }

  private DeploymentRecord record() {
    return world.lastRecord().orElseThrow();
  }

  /** The release fails, and from then on a pull ends like this. */
  private void failing(Supplier<EngineException> pull) {
    Release good = release(1);
    world.want(good);
    world.settle();
    String image = Objects.requireNonNull(good.services().get("api")).image().pullReference();
    Release bad = release(2);
    world.engine.behaviours.put(
        Objects.requireNonNull(bad.services().get("api")).image().pullReference(),
        new Behaviour(
            Behaviour.Kind.EXITS_AT_ONCE, Duration.ofSeconds(1), 0, Duration.ofSeconds(1)));
    world.onTurn(
        () -> {
          world.engine.containers.values().removeIf(c -> c.image.equals(image));
          world.engine.images.remove(image);
          world.engine.onPull =
              () -> {
                pulls++;
                throw pull.get();
              };
        });
    world.want(bad);
  }

  @Test
  void oneThatTheEngineNeverTakesUpIsTriedAtTenLooksAndThenAPersonIsCalled() {
    failing(() -> new EngineException.Unreachable("could not pull: the engine hangs", null));
    for (int look = 1; look < 10; look++) {
      world.lookOnce();
      assertThat(record().status()).as("after look %d", look).isEqualTo(Status.IN_PROGRESS);
    }
    world.lookOnce();
    assertThat(record().status()).isEqualTo(Status.ROLLBACK_FAILED);
    assertThat(pulls).isEqualTo(10);
    assertThat(record().steps().getLast().message())
        .contains("tried at 10 looks in vain", "the engine hangs");
  }

  /** Nobody knows how long it stays away, and all is as it was left once it is back. */
  @Test
  void anEngineThatIsAwayIsWaitedForHoweverLong() {
    failing(
        () -> {
          world.engine.setDown(true);
          return new EngineException.Unreachable("could not reach the engine", null);
        });
    for (int look = 0; look < 20; look++) {
      world.engine.setDown(false);
      world.lookOnce();
    }
    assertThat(record().status()).isEqualTo(Status.IN_PROGRESS);
    world.engine.setDown(false);
    world.engine.onPull = () -> {};
    world.settle();
    assertThat(record().status()).isEqualTo(Status.ROLLED_BACK);
  }

  @Test
  void oneThatFailsIsSaidInItsOwnWordsAndKeepsNoOtherServiceFromComingBack() {
    failing(() -> new EngineException.Ambiguous("could not pull: no progress for 60 s", null));
    world.lookOnce();
    assertThat(record().status()).isEqualTo(Status.ROLLBACK_FAILED);
    assertThat(record().steps().getLast().message()).contains("no progress for 60 s");
    assertThat(pulls).isEqualTo(3);
    assertThat(world.engine.containers.values())
        .anyMatch(c -> c.service().equals("web") && c.active());
  }
}
