package dev.holdfast.sim;

import dev.holdfast.backup.Saved;
import dev.holdfast.model.Backup;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Release;
import dev.holdfast.plan.DataUsers;
import dev.holdfast.plan.Undos;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of data at every moment: no migration without its verified backup, nobody who uses
 * data runs on it before it was put back, and the last good backup is never removed.
 */
final class Restored {
  private final World world;

  /** The newest verified one of each name that ever stood. */
  private final Map<String, Saved> newest = new HashMap<>();

  Restored(World world) {
    this.world = world;
  }

  /** A migration of a deployment begins. */
  void migrating(DeploymentRecord record, Release release) {
    if (record.direction() != Direction.FORWARD) {
      return;
    }
    for (String name : release.rollout().backups().keySet()) {
      if (record.leftOut().contains(name)) {
        world.account.met(Situation.NOTHING_TO_BACK_UP);
        continue;
      }
      Saved taken = world.backups.find(Scenario.APP, record.deploymentId(), name).orElse(null);
      if (taken == null || !taken.verified()) {
        world.violation("9: a migration runs, and backup " + name + " is " + taken);
      } else {
        world.account.met(Situation.BACKED_UP_BEFORE_A_MIGRATION);
        boolean first =
            record.migrations().isEmpty()
                && world.engine.migrated.stream()
                    .noneMatch(label -> label.startsWith(record.deploymentId() + "/"));
        if (first
            && name.equals(Scenario.ROWS)
            && !world.backups.text(taken).equals(world.engine.data.rows)) {
          world.violation("9: a migration runs, and backup " + name + " is not what there is");
        }
      }
    }
  }

  /** Whose data is put back, or is to be, in a deployment that goes back. */
  List<String> stopped(
      DeploymentRecord record, @Nullable Release release, @Nullable Release previous) {
    SortedMap<Integer, String> restoring =
        release == null ? new TreeMap<>() : Undos.restoring(release, record);
    if (restoring.isEmpty() || record.before().isEmpty()) {
      return List.of();
    }
    List<Backup> backups =
        List.copyOf(DataUsers.named(Objects.requireNonNull(release), restoring.values()).values());
    List<String> all = new ArrayList<>(DataUsers.of(release, previous, backups));
    // What it is put back into may have to make room for the one of before.
    backups.forEach(backup -> all.add(backup.from().service()));
    return all;
  }

  /** A container is started while a deployment is in flight. */
  void starting(
      FakeContainer container,
      DeploymentRecord record,
      @Nullable Release release,
      @Nullable Release previous) {
    if (record.direction() != Direction.BACK || release == null || container.migration) {
      return;
    }
    boolean owed =
        Undos.restoring(release, record).keySet().stream()
            .anyMatch(index -> !Integer.valueOf(0).equals(record.undone().get(index)));
    boolean uses =
        stopped(record, release, previous).contains(container.service())
            && !container.service().equals(Scenario.DATABASE);
    if (owed && uses) {
      world.violation("9: " + container.name + " is started before its data was put back");
    }
  }

  /** After each durable write. */
  void written(String what) {
    if (!what.contains(" backup ")) {
      return;
    }
    if (what.startsWith("note of backup ")) {
      world.backups.all(Scenario.APP).stream()
          .filter(Saved::verified)
          .forEach(
              saved ->
                  newest.merge(
                      saved.name(), saved, (a, b) -> b.takenAt().isBefore(a.takenAt()) ? a : b));
    }
    newest.forEach(
        (name, saved) -> {
          if (!world.backups.all(Scenario.APP).contains(saved)) {
            world.violation("3: the last good backup " + name + " was removed at " + what);
          }
        });
  }

  void dies(String last) {
    if (last.startsWith("dump in ")
        || last.contains(" of backup ")
        || last.startsWith("check in ")) {
      world.account.met(Situation.DEATH_IN_A_BACKUP);
    } else if (last.startsWith("load in ") || last.startsWith("middle of load in ")) {
      world.account.met(Situation.DEATH_IN_A_RESTORE);
    }
  }

  /** What was restored is what was saved before the migrations. */
  void hasItsRows(DeploymentRecord record, @Nullable Release release) {
    if (release == null) {
      return;
    }
    Undos.restoring(release, record)
        .forEach(
            (index, name) ->
                world
                    .backups
                    .find(Scenario.APP, record.deploymentId(), name)
                    .filter(saved -> !world.backups.text(saved).equals(world.engine.data.rows))
                    .ifPresent(
                        saved ->
                            world.violation(
                                "9: called rolled back, and the rows are "
                                    + world.engine.data.rows)));
  }

  /** Data that was to be put back and is not: the app is held for it, and nobody runs on it. */
  void isOwed(DeploymentRecord record, @Nullable Release release) {
    if (release == null || Undos.owed(release, record).isEmpty()) {
      return;
    }
    Memory.Hold hold = world.store.memory(Scenario.APP).hold();
    if (hold == null || !hold.owed().containsAll(Undos.owed(release, record))) {
      world.violation("9: data is owed, and the hold is " + hold);
    }
  }
}
