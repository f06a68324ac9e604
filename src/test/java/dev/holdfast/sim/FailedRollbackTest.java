package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Release;
import dev.holdfast.plan.CaseRelease;
import dev.holdfast.reconcile.AppView.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A release that failed, and whose rollback failed too: what is left is all that a person has. */
class FailedRollbackTest {
  private World world = new World(new Random(1));
  private FakeContainer old;
  private FakeContainer failed;

  private static Release release(int version) {
    return CaseRelease.parse(
        "{ services: { api: { version: %d } }, networks: [default] }".formatted(version));
  }

  private void deploy(Release release) {
    world.want(release);
    world.settle();
  }

  /** The old one cannot be started, and is made anew by the look after it. */
  @BeforeEach
  void bothFail() {
    fail();
  }

  private void fail() {
    deploy(release(1));
    old = one();
    Release bad = release(2);
    world.engine.behaviours.put(
        Objects.requireNonNull(bad.services().get("api")).image().pullReference(),
        new Behaviour(
            Behaviour.Kind.EXITS_AT_ONCE, Duration.ofSeconds(1), 0, Duration.ofSeconds(1)));
    world.engine.cannotStart.add(old.id);
    world.want(bad);
    world.lookOnce();
    assertThat(world.lastRecord().orElseThrow().status()).isEqualTo(Status.ROLLBACK_FAILED);
    failed =
        world.engine.containers.values().stream().filter(c -> c != old).findFirst().orElseThrow();
  }

  private FakeContainer one() {
    return world.engine.containers.values().iterator().next();
  }

  private void quietly() {
    for (int i = 0; i < 4; i++) {
      world.later(Duration.ofMinutes(10));
      world.settle();
    }
  }

  @Test
  void nothingThatIsLeftIsRemovedAndItIsSaidWhatIsThere() {
    quietly();
    assertThat(world.engine.containers.values()).contains(old, failed).hasSize(3);
    assertThat(world.engine.containers.values()).anyMatch(FakeContainer::active);
    assertThat(world.view().phase()).isEqualTo(Phase.Degraded);
    assertThat(world.view().reason())
        .contains("what is left of it stays", old.name, failed.name, "`holdfast resume shop`");
    assertThat(world.violations).isEmpty();
  }

  @Test
  void itStaysThroughAReleaseThatFailsAndGoesOnceOneIsConfirmed() {
    Release worse = release(3);
    world.engine.behaviours.put(
        Objects.requireNonNull(worse.services().get("api")).image().pullReference(),
        new Behaviour(
            Behaviour.Kind.EXITS_AT_ONCE, Duration.ofSeconds(1), 0, Duration.ofSeconds(1)));
    quietly();
    deploy(worse);
    quietly();
    assertThat(world.lastRecord().orElseThrow().status()).isEqualTo(Status.ROLLED_BACK);
    assertThat(world.engine.containers.values()).contains(old, failed);

    deploy(release(4));
    quietly();
    assertThat(world.lastRecord().orElseThrow().status()).isEqualTo(Status.SUCCEEDED);
    assertThat(world.engine.containers.values()).hasSize(1);
    assertThat(world.violations).isEmpty();
  }

  @Test
  void itGoesOnceAPersonSaysSo() {
    quietly();
    world.people().resume(Scenario.APP, "ann");
    quietly();
    assertThat(world.engine.containers.values()).hasSize(1).allMatch(FakeContainer::active);
    assertThat(world.view().reason()).doesNotContain("what is left of it stays");
    assertThat(world.violations).isEmpty();
  }

  /** The desired state goes back to what runs: nobody has looked at what is left all the same. */
  @Test
  void itStaysWhereTheDesiredStateGoesBack() {
    deploy(release(1));
    quietly();
    assertThat(world.view().phase()).isEqualTo(Phase.Synced);
    assertThat(world.view().reason()).contains(old.name, failed.name);
    assertThat(world.engine.containers.values()).contains(old, failed);
  }

  @Test
  void whereverTheAgentDiesNothingThatIsLeftIsRemoved() {
    quietly();
    int events = world.events.size();
    for (int event = 0; event < events; event++) {
      for (boolean after : List.of(false, true)) {
        world = new World(new Random(1));
        world.crashAt(event, after);
        try {
          fail();
        } catch (AssertionError e) {
          // It died before the end of what sets this up; the looks that follow carry it on.
          world.settle();
        }
        quietly();
        assertThat(world.violations).describedAs("death at %d, after: %s", event, after).isEmpty();
      }
    }
  }
}
