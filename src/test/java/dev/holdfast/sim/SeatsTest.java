package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.backup.Operation;
import dev.holdfast.backup.Operation.Kind;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Labels;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.Release;
import dev.holdfast.plan.CaseRelease;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.reconcile.Fleet;
import dev.holdfast.reconcile.Seat;
import dev.holdfast.reconcile.ShellEnd;
import dev.holdfast.reconcile.ShellWish;
import dev.holdfast.store.Store.LogLine;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Somebody sits at a container: what of, what is noted of it, and that nothing of it stays. */
class SeatsTest {
  private static final Release GOOD = release(1);
  private static final Release BAD = release(2);
  private static final String PASSWORD = "hunter2-hunter2";

  private final World world = new World(new Random(1));
  private final Sitting seat = new Sitting();

  private static final class Sitting implements Seat {
    final List<String> said = new ArrayList<>();
    boolean begun;

    @Override
    public InputStream input() {
      return InputStream.nullInputStream();
    }

    @Override
    public OutputStream output() {
      return new ByteArrayOutputStream();
    }

    @Override
    public OutputStream errors() {
      return new ByteArrayOutputStream();
    }

    @Override
    public void say(String text) {
      said.add(text);
    }

    @Override
    public void begun(Window window) {
      begun = true;
    }
  }

  private static Release release(int version) {
    return CaseRelease.parse(
        "services: { api: { version: %d } }\nnetworks: [default]".formatted(version));
  }

  SeatsTest() {
    world.want(GOOD);
    world.settle();
    assertThat(world.lastRecord().orElseThrow().status())
        .as("%s", world.lastRecord())
        .isEqualTo(Status.SUCCEEDED);
    world.engine.onConverse = container -> end(container, 3);
  }

  private static void end(FakeContainer container, int status) {
    container.state = State.EXITED;
    container.exitCode = status;
  }

  private static ShellWish wish(@Nullable String release, String... command) {
    return new ShellWish("api", release, List.of(command), false, 0, 0, false);
  }

  private List<String> notes() {
    return world.store.shells(Scenario.APP).stream().map(LogLine::message).toList();
  }

  private List<FakeContainer> shells() {
    return world.engine.containers.values().stream()
        .filter(container -> container.labels.containsKey(Labels.SHELL))
        .toList();
  }

  @Test
  void whoSitsWhereAndForWhatIsNotedBeforeItBeginsAndNothingOfItStays() {
    world.redactor.register(PASSWORD);
    List<String> before = new ArrayList<>();
    world.engine.onConverse =
        container -> {
          before.addAll(notes());
          assertThat(container.labels).containsEntry(Labels.COMPOSE_ONEOFF, "True");
          end(container, 3);
        };
    ShellEnd end =
        world.people().shell(Scenario.APP, wish(null, "psql", "-p" + PASSWORD), seat, "ann");
    assertThat(end).isEqualTo(new ShellEnd(3, null));
    assertThat(seat.begun).isTrue();
    assertThat(before).singleElement().asString().contains("ann opens", GOOD.id(), "psql -p***");
    assertThat(notes()).hasSize(2);
    assertThat(notes().getLast()).contains("of ann is over: exit status 3");
    assertThat(notes().toString()).doesNotContain(PASSWORD);
    assertThat(shells()).isEmpty();
  }

  @Test
  void whatFailsUnderItLeavesNothingEitherAndSaysWhy() {
    world.engine.onConverse =
        container -> {
          throw new EngineException.Refused("could not attach: exec format error");
        };
    ShellEnd end = world.people().shell(Scenario.APP, wish(null), seat, "ann");
    assertThat(end.exitStatus()).isNull();
    assertThat(end.reason()).contains("exec format error");
    assertThat(notes().getLast()).contains("is over: could not attach");
    assertThat(shells()).isEmpty();
  }

  @Test
  void whatCouldNotBeRemovedGoesWithTheNextLookAndNoneAtWhichSomebodySits() {
    Fleet fleet = world.people();
    world.engine.onConverse =
        container -> {
          assertThat(fleet.once()).isTrue();
          assertThat(shells()).as("somebody sits there").hasSize(1);
          world.engine.setDown(true);
          throw new EngineException.Unreachable("gone", null);
        };
    assertThat(fleet.shell(Scenario.APP, wish(null), seat, "ann").reason()).contains("gone");
    assertThat(shells()).hasSize(1);
    world.engine.setDown(false);
    assertThat(fleet.once()).isTrue();
    assertThat(shells()).isEmpty();
    assertThat(world.engine.containers).hasSize(1);
  }

  private void restoring(Kind kind, boolean over) {
    Operation asked =
        new Operation(
            "20261121T120000Z-" + GOOD.id(),
            kind,
            "20261120T120000Z-" + GOOD.id(),
            List.of("rows"),
            true,
            "bob",
            world.time.now());
    world.backups.save(
        Scenario.APP,
        over ? asked.ended(Operation.Phase.SUCCEEDED, world.time.now(), "done") : asked);
  }

  @Test
  void nobodySitsDownWhileDataIsRestoredAndNothingIsRestoredWhereSomebodySits() {
    restoring(Kind.RESTORE, false);
    assertThatThrownBy(() -> world.people().shell(Scenario.APP, wish(null), seat, "ann"))
        .isInstanceOf(Apps.Refused.class)
        .hasMessageContaining("asked for by bob");
    assertThat(notes()).isEmpty();
    assertThat(seat.begun).isFalse();

    restoring(Kind.RESTORE, true);
    Fleet fleet = world.people();
    world.engine.onConverse =
        container -> {
          assertThatThrownBy(
                  () ->
                      fleet.restore(
                          Scenario.APP, new Apps.Wish("latest", null, true, false), "bob"))
              .isInstanceOf(Apps.Refused.class)
              .hasMessageContaining("a shell of the app is open");
          end(container, 0);
        };
    assertThat(fleet.shell(Scenario.APP, wish(null), seat, "ann").exitStatus()).isZero();
    restoring(Kind.BACKUP, false);
    world.engine.onConverse = container -> end(container, 0);
    assertThat(fleet.shell(Scenario.APP, wish(null), seat, "ann").exitStatus()).isZero();
  }

  @Test
  void itIsOfTheReleaseThatFailedOrOfTheOneThatRunsOrOfTheOneThatIsNamed() {
    world.people().shell(Scenario.APP, wish(null), seat, "ann");
    assertThat(seat.said.getLast()).contains(GOOD.id(), "which runs");

    world.engine.behaviours.put(
        BAD.services().get("api").image().pullReference(),
        new Behaviour(
            Behaviour.Kind.EXITS_AT_ONCE, Duration.ofSeconds(1), 0, Duration.ofSeconds(3)));
    world.want(BAD);
    world.settle();
    assertThat(world.lastRecord().orElseThrow().status()).isEqualTo(Status.ROLLED_BACK);
    Fleet fleet = world.people();
    fleet.once();
    List<String> of = new ArrayList<>();
    world.engine.onConverse =
        container -> {
          of.add(container.labels.get(Labels.RELEASE));
          end(container, 0);
        };
    fleet.shell(Scenario.APP, wish(null), seat, "ann");
    assertThat(String.join("\n", seat.said)).contains(BAD.id(), "which failed");
    fleet.shell(Scenario.APP, wish(GOOD.id()), seat, "ann");
    assertThat(of).containsExactly(BAD.id(), GOOD.id());

    assertRefused(fleet, wish("000000000000"), "is not kept; there are", GOOD.id());
    assertRefused(
        fleet,
        new ShellWish("db", null, List.of(), false, 0, 0, false),
        "has no such service; it has api");
    assertRefused(
        fleet,
        new ShellWish("api", null, List.of(), false, 0, 0, true),
        "has no migration of service api");
  }

  private void assertRefused(Fleet fleet, ShellWish wish, String... says) {
    assertThatThrownBy(() -> fleet.shell(Scenario.APP, wish, seat, "ann"))
        .isInstanceOf(Apps.Refused.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(says));
  }
}
