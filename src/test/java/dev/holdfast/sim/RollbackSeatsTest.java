package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.reconcile.Fleet;
import dev.holdfast.reconcile.Seat;
import dev.holdfast.reconcile.ShellEnd;
import dev.holdfast.reconcile.ShellWish;
import dev.holdfast.store.Store.LogLine;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A release fails at night and its data has to be put back, while somebody sits at a shell. */
class RollbackSeatsTest {
  private static final String WHY = "restores backup rows";

  private final World world = BackupsTest.running(BackupsTest::failing);
  private final Fleet fleet = world.people();
  private final CountDownLatch sits = new CountDownLatch(1);
  private final CountDownLatch leaves = new CountDownLatch(1);
  private final List<ShellEnd> ends = new ArrayList<>();

  private record Nobody() implements Seat {
    @Override
    public InputStream input() {
      return InputStream.nullInputStream();
    }

    @Override
    public OutputStream output() {
      return OutputStream.nullOutputStream();
    }

    @Override
    public OutputStream errors() {
      return OutputStream.nullOutputStream();
    }

    @Override
    public void say(String text) {
      // Nobody reads it.
    }

    @Override
    public void begun(Window window) {
      // There is none.
    }
  }

  private ShellEnd shell() {
    ShellWish wish = new ShellWish("api", null, List.of(), false, 0, 0, false);
    return fleet.shell(Scenario.APP, wish, new Nobody(), "ann");
  }

  private Thread sitDown() throws InterruptedException {
    assertThat(fleet.once()).isTrue();
    world.engine.onConverse =
        container -> {
          sits.countDown();
          try {
            assertThat(leaves.await(60, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException.Ambiguous("could not go on with the shell", e);
          }
        };
    Thread person = Thread.ofVirtual().start(() -> ends.add(shell()));
    assertThat(sits.await(30, TimeUnit.SECONDS)).isTrue();
    return person;
  }

  private long shells() {
    return world.engine.containers.values().stream()
        .filter(c -> c.labels.containsKey(Labels.SHELL))
        .count();
  }

  @Test
  void whoSitsAtTheDataIsToldAndEndsAndNobodySitsDownUntilItIsBack() throws InterruptedException {
    Thread person = sitDown();
    List<Long> open = new ArrayList<>();
    world.onRestore(
        () -> {
          open.add(shells());
          assertThatThrownBy(this::shell)
              .isInstanceOf(Apps.Refused.class)
              .hasMessageContaining(WHY)
              .hasMessageContaining("try again once it is over");
        });
    world.want(BackupsTest.release(2, new OnRollback.Restore(Scenario.ROWS)));
    fleet.once();

    assertThat(person.join(Duration.ofSeconds(30))).isTrue();
    assertThat(world.lastRecord().orElseThrow().status()).isEqualTo(Status.ROLLED_BACK);
    assertThat(world.engine.data.rows).isEqualTo(BackupsTest.BEFORE);
    assertThat(open).containsExactly(0L);
    assertThat(ends).hasSize(1);
    assertThat(ends.getFirst().exitStatus()).isNull();
    assertThat(ends.getFirst().reason()).contains(WHY, world.lastRecord().get().deploymentId());
    assertThat(world.store.shells(Scenario.APP).stream().map(LogLine::message).toList().getLast())
        .contains("is over: ", WHY);
    world.engine.onConverse = container -> {};
    assertThat(shells()).isZero();
  }

  /** Nothing is put back, so that nothing is in anybody's way. */
  @Test
  void aRollbackThatRestoresNothingLetsPeopleSit() throws InterruptedException {
    Thread person = sitDown();
    world.want(BackupsTest.release(2, new OnRollback.Keep()));
    fleet.once();
    assertThat(world.lastRecord().orElseThrow().status()).isEqualTo(Status.ROLLED_BACK);
    assertThat(shells()).isEqualTo(1);
    leaves.countDown();
    assertThat(person.join(Duration.ofSeconds(30))).isTrue();
  }

  /** The agent died, and its person is gone with it: the command may write on. */
  @Test
  void whatAnEarlierLifeLeftOpenIsRemovedBeforeDataIsPutBack() {
    FakeContainer api =
        world.engine.containers.values().stream()
            .filter(c -> c.service().equals("api"))
            .findFirst()
            .orElseThrow();
    List<Long> open = new ArrayList<>();
    world.onTurn(
        () -> {
          FakeContainer left =
              world.engine.leftByCompose(
                  "shop-api-run-left",
                  BackupsTest.release(1, new OnRollback.Keep()),
                  BackupsTest.release(1, new OnRollback.Keep()).services().get("api"),
                  Behaviour.GOOD);
          left.labels.putAll(api.labels);
          left.labels.put(Labels.COMPOSE_ONEOFF, "True");
          left.labels.put(Labels.SHELL, "20261121T120000Z-left");
        });
    world.onRestore(() -> open.add(shells()));
    world.want(BackupsTest.release(2, new OnRollback.Restore(Scenario.ROWS)));
    world.settle();
    assertThat(world.lastRecord().orElseThrow().status()).isEqualTo(Status.ROLLED_BACK);
    assertThat(open).containsExactly(0L);
  }
}
