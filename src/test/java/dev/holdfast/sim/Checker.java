package dev.holdfast.sim;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Verification;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The promises of contract §10 that can be seen once an app has settled, each by its number. */
final class Checker {
  private final World world;
  private final List<String> found = new ArrayList<>();

  enum Expected {
    CONFIRMED,
    NOT_CONFIRMED,
    EITHER
  }

  Checker(World world) {
    this.world = world;
  }

  List<String> settled(
      Release desired, Expected expected, @Nullable Release before, List<Release> all) {
    Memory memory = world.store.memory(Scenario.APP);
    boolean confirmed = desired.id().equals(memory.lastGood());
    if (expected == Expected.CONFIRMED && !confirmed && world.violations.isEmpty()) {
      found.add("4: a good release was not confirmed: " + world.view());
    }
    if (expected == Expected.NOT_CONFIRMED && confirmed) {
      found.add("5: a bad release was confirmed");
    }
    Release keeper =
        all.stream().filter(r -> r.id().equals(memory.lastGood())).findFirst().orElse(null);
    if (before != null && keeper == null && !world.stateLost) {
      found.add("1: the last good release was forgotten");
    }
    if (memory.hold() == null && keeper != null) {
      Verification.of(keeper, world.engine.truth(keeper)).forEach(d -> found.add("1: " + d));
      if (memory.unresolved() == null) {
        leftOvers(keeper);
      }
    }
    if (memory.deployment() != null) {
      found.add("4: a deployment is still in flight: " + memory.deployment());
    }
    records();
    world.store.records(Scenario.APP, 100).stream()
        .filter(record -> record.toString().contains(Scenario.SECRET))
        .forEach(record -> found.add("7: the record shows a secret: " + record.deploymentId()));
    found.addAll(world.violations);
    return found.stream().distinct().toList();
  }

  private void leftOvers(Release keeper) {
    long expected =
        keeper.services().values().stream().mapToInt(s -> s.spec().updates().replicas()).sum();
    // Of what docker compose made the services are the app's, and no more.
    long present =
        world.engine.containers.values().stream()
            .filter(c -> Scenario.APP.equals(c.labels.get(Labels.COMPOSE_PROJECT)))
            .filter(
                c ->
                    !c.ofCompose()
                        || keeper.services().containsKey(c.labels.get(Labels.COMPOSE_SERVICE)))
            // What a person named and docker compose made is nobody's to remove, and what the
            // release has no place for is left stopped.
            .filter(c -> !c.ofCompose() || c.active() || hasPlace(keeper, c))
            .filter(c -> !c.ofCompose() || c.active() || !c.name.startsWith("renamed-"))
            .count();
    if (present != expected) {
      found.add(
          "3: %d containers for %d services: %s"
              .formatted(
                  present,
                  expected,
                  world.engine.containers.values().stream()
                      .map(c -> c.name + " " + c.state)
                      .toList()));
    }
  }

  private static boolean hasPlace(Release keeper, FakeContainer container) {
    Release.Service service = keeper.services().get(container.service());
    return service != null && service.spec().updates().replicas() > 0;
  }

  private static boolean gaveWayWaiting(DeploymentRecord record) {
    return record.steps().stream()
            .anyMatch(s -> s.step().equals("approve") || s.step().equals("window"))
        && record.steps().stream().noneMatch(s -> s.step().equals("pull"));
  }

  private void records() {
    List<DeploymentRecord> records = world.store.records(Scenario.APP, 100);
    records.stream()
        .filter(record -> record.status() == Status.IN_PROGRESS)
        .forEach(record -> found.add("4: a record was left in progress: " + record.deploymentId()));
    records.forEach(this::safeOverMigrations);
    // What waited until people thought otherwise is as often as they do so.
    long all = records.stream().filter(record -> !gaveWayWaiting(record)).count();
    if (all > (world.disturbed ? 40 : 12)) {
      found.add("8: " + all + " deployments");
    }
  }

  /** Promise 9: what a migration says of going back is kept to. */
  private void safeOverMigrations(DeploymentRecord record) {
    Release release = world.store.release(Scenario.APP, record.release()).orElse(null);
    if (release == null) {
      return;
    }
    record
        .migrations()
        .forEach(
            (index, status) -> {
              Migration migration = release.rollout().migrations().get(index);
              boolean unsafe =
                  switch (migration.onRollback()) {
                    case OnRollback.Keep keep -> false;
                    case OnRollback.Hold hold ->
                        !Set.of(Status.SUCCEEDED, Status.DEGRADED).contains(record.status());
                    case OnRollback.Command undo -> isOwed(record, index);
                    case OnRollback.Restore restore -> isOwed(release, record, index, restore);
                  };
              if (status == 0 && unsafe) {
                found.add(
                    "9: %s is %s over a migration that says %s"
                        .formatted(record.deploymentId(), record.status(), migration.onRollback()));
              }
            });
  }

  /** A database that came with the release had nothing to save, and nothing to go back to. */
  private boolean isSaved(DeploymentRecord record) {
    return world.backups.find(Scenario.APP, record.deploymentId(), Scenario.ROWS).isPresent();
  }

  /**
   * Where nothing ran before there is nothing to go back to; and what a later migration did to the
   * same data was undone together with it.
   */
  private boolean isOwed(
      Release release, DeploymentRecord record, int index, OnRollback.Restore restore) {
    List<Migration> all = release.rollout().migrations();
    boolean undone = false;
    for (int i = index; i < all.size(); i++) {
      undone |=
          all.get(i).onRollback().equals(restore)
              && Integer.valueOf(0).equals(record.undone().get(i));
    }
    return !undone && !record.before().isEmpty() && isOwed(record, index) && isSaved(record);
  }

  /** What was to be undone first was not. */
  private static boolean isOwed(DeploymentRecord record, int index) {
    return switch (record.status()) {
      case SUCCEEDED, DEGRADED, ROLLBACK_FAILED, IN_PROGRESS -> false;
      case ROLLED_BACK -> !Integer.valueOf(0).equals(record.undone().get(index));
      case FAILED -> !record.before().isEmpty() || !record.undone().containsKey(index);
      case SUPERSEDED -> true;
    };
  }
}
