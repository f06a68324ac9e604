package dev.holdfast.sim;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.Release;
import dev.holdfast.model.Updating;
import dev.holdfast.model.Updating.Strategy;
import dev.holdfast.plan.Undos;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How often each situation came about, over all runs; a kind that never does is not proved. */
final class Account {
  private final AtomicLongArray counts = new AtomicLongArray(Situation.values().length);

  void met(Situation situation) {
    counts.incrementAndGet(situation.ordinal());
  }

  private void met(boolean isMet, Situation situation) {
    if (isMet) {
      met(situation);
    }
  }

  long of(Situation situation) {
    return counts.get(situation.ordinal());
  }

  List<Situation> never() {
    return Arrays.stream(Situation.values()).filter(s -> of(s) == 0).toList();
  }

  @Override
  public String toString() {
    return Arrays.stream(Situation.values())
        .map(s -> "%8d  %s".formatted(of(s), s.name().toLowerCase(java.util.Locale.ROOT)))
        .map(line -> line.replace('_', ' '))
        .collect(Collectors.joining("\n"));
  }

  /** A deployment has ended. */
  void ended(DeploymentRecord record, Release release, @Nullable Release previous) {
    switch (record.status()) {
      case SUCCEEDED -> succeeded(record, release, previous);
      case ROLLED_BACK -> rolledBack(record, release, previous);
      case ROLLBACK_FAILED -> {
        met(Situation.ROLLBACK_FAILED);
        met(record.undone().values().stream().anyMatch(s -> s != 0), Situation.UNDO_FAILED);
        met(!Undos.owed(release, record).isEmpty(), Situation.HELD_FOR_DATA_THAT_IS_OWED);
      }
      case DEGRADED -> met(Situation.HELD_ON_THE_NEW_SCHEMA);
      case FAILED ->
          met(
              record.failure() != null && record.failure().step().equals("backup"),
              Situation.BACKUP_FAILED);
      case IN_PROGRESS, SUPERSEDED -> {}
    }
  }

  private void succeeded(DeploymentRecord record, Release release, @Nullable Release previous) {
    if (previous == null) {
      return;
    }
    long moved = 0;
    for (Release.Service service : release.services().values()) {
      Release.Service old = previous.services().get(service.spec().name());
      if (old == null) {
        continue;
      }
      Updating now = service.spec().updates();
      Updating before = old.spec().updates();
      if (old.configHash().equals(service.configHash())) {
        scaled(before.replicas(), now.replicas());
      } else {
        moved++;
        updated(record, before, now);
      }
    }
    met(moved >= 3, Situation.THREE_SERVICES_MOVED);
  }

  private void scaled(int before, int now) {
    met(before > 0 && now > before, Situation.SCALED_UP);
    met(before == 0 && now > 0, Situation.SCALED_UP_FROM_NONE);
    met(now > 0 && now < before, Situation.SCALED_DOWN);
    met(now == 0 && before > 0, Situation.SCALED_TO_NONE);
  }

  private void updated(DeploymentRecord record, Updating before, Updating now) {
    boolean replicas = before.replicas() > 1 && now.replicas() > 1;
    met(replicas, Situation.REPLICAS_UPDATED);
    met(replicas && now.parallelism() > 0 && now.parallelism() < now.replicas(), Situation.BATCHES);
    met(before.replicas() > 0 && now.strategy() == Strategy.START_FIRST, Situation.START_FIRST);
    Updating.Canary canary = now.canary();
    if (replicas && canary != null && !canary.metrics().isEmpty()) {
      met(Situation.CANARY_PASSED);
    }
  }

  private void rolledBack(DeploymentRecord record, Release release, @Nullable Release previous) {
    String reason = record.failure() == null ? "" : record.failure().reason();
    if (reason.contains("the canary: ")) {
      met(
          reason.contains(" for the old, more than ")
              ? Situation.CANARY_WORSE_THAN_THE_OLD
              : Situation.CANARY_OVER_ITS_BOUND);
    }
    List<String> touched = record.servicesDeployed();
    long others =
        record.before().stream()
            .map(Replaced::service)
            .distinct()
            .filter(touched::contains)
            .filter(s -> record.failure() == null || !s.equals(record.failure().service()))
            .count();
    met(touched.size() >= 3 && others >= 2, Situation.THIRD_FAILED_AND_TWO_CAME_BACK);
    record
        .migrations()
        .forEach(
            (index, status) -> {
              boolean keeps =
                  release.rollout().migrations().get(index).onRollback() instanceof OnRollback.Keep;
              met(status == 0 && keeps, Situation.CAME_BACK_ON_THE_NEW_SCHEMA);
            });
    met(!record.undone().isEmpty(), Situation.CAME_BACK_AFTER_AN_UNDO);
    met(
        Undos.restoring(release, record).keySet().stream()
            .anyMatch(index -> Integer.valueOf(0).equals(record.undone().get(index))),
        Situation.CAME_BACK_AFTER_A_RESTORE);
    if (previous != null) {
      touched.stream()
          .map(previous.services()::get)
          .filter(Objects::nonNull)
          .map(service -> service.spec().updates())
          .forEach(
              updates -> {
                met(updates.replicas() > 1, Situation.REPLICAS_CAME_BACK);
                met(
                    updates.replicas() > 0 && updates.strategy() == Strategy.START_FIRST,
                    Situation.START_FIRST_CAME_BACK);
              });
    }
  }
}
