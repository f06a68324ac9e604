package dev.holdfast.reconcile;

import dev.holdfast.model.Consent;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Memory.Confirmed;
import dev.holdfast.model.Memory.Hold;
import dev.holdfast.model.Memory.Quarantine;
import dev.holdfast.plan.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment that ended leaves in memory. A function of the record, so that a death between
 * the record's last write and the memory's loses nothing: the next start settles it.
 */
final class Settlement {
  private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(30);
  private static final int DOUBLINGS = 5;

  private Settlement() {}

  /** Of a deployment that left no data unrestored. */
  static Memory of(Memory memory, DeploymentRecord record, int keepReleases) {
    return of(memory, record, keepReleases, Set.of());
  }

  /**
   * @param owed names of the backups that were to be restored and are not
   */
  static Memory of(
      Memory memory, DeploymentRecord record, int keepReleases, Collection<String> owed) {
    Memory settled = memory.withDeployment(null);
    return switch (record.status()) {
      case IN_PROGRESS -> memory;
      case SUCCEEDED -> confirmed(settled, record, keepReleases);
      case DEGRADED ->
          failedAfter(record)
              ? confirmed(settled, record, keepReleases)
              : held(quarantined(settled, record), record, List.of());
      case FAILED, ROLLED_BACK -> quarantined(settled, record);
      case ROLLBACK_FAILED -> {
        Memory failed = quarantined(settled, record).withUnresolved(record.deploymentId());
        yield undoFailed(record) ? held(failed, record, List.copyOf(owed)) : failed;
      }
      case SUPERSEDED -> settled;
    };
  }

  private static boolean failedAfter(DeploymentRecord record) {
    return record.failure() != null && record.failure().step().equals(Stage.AFTER.text());
  }

  private static boolean undoFailed(DeploymentRecord record) {
    return record.undone().values().stream().anyMatch(status -> status != 0);
  }

  private static Memory confirmed(Memory memory, DeploymentRecord record, int keepReleases) {
    Confirmed entry =
        new Confirmed(
            record.release(), record.version(), record.commit(), record.gitSha(), ended(record));
    Memory confirmed =
        record.kind() == DeploymentRecord.Kind.ROLLBACK
            ? memory.returnTo(entry, keepReleases)
            : memory.confirm(entry, keepReleases);
    return confirmed.release(record.release()).withUnresolved(null);
  }

  private static Memory quarantined(Memory memory, DeploymentRecord record) {
    Quarantine earlier = memory.quarantined().get(record.release());
    int attempts = earlier == null ? 1 : earlier.attempts() + 1;
    Instant retryAt = failedOutside(record) ? ended(record).plus(pause(attempts)) : null;
    Memory used = retryAt == null ? withoutLeave(memory, record.release()) : memory;
    return used.quarantine(
        new Quarantine(
            record.release(),
            record.deploymentId(),
            reason(record),
            ended(record),
            attempts,
            retryAt));
  }

  /** It was for the rollout that failed: another, months later perhaps, needs its own. */
  private static Memory withoutLeave(Memory memory, String release) {
    return memory.consent().passage(release) == null
        ? memory
        : memory.withConsent(memory.consent().with((Consent.Leave) null));
  }

  /**
   * A pull that failed is the registry's or the network's failure, and a backup that failed the
   * disk's or the database's: both get better without another release. Of a first release the
   * database may have been started for its backup, and is stopped again by then.
   */
  private static boolean failedOutside(DeploymentRecord record) {
    return record.failure() != null
        && Set.of(Stage.PULL.text(), Stage.BACKUP.text()).contains(record.failure().step())
        && (!record.updateBegan() || record.status() == DeploymentRecord.Status.FAILED);
  }

  private static Duration pause(int attempts) {
    Duration doubled = FIRST_RETRY.multipliedBy(1L << Math.min(attempts - 1, DOUBLINGS));
    return doubled.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : doubled;
  }

  private static Memory held(Memory memory, DeploymentRecord record, List<String> owed) {
    String why =
        "release "
            + record.release()
            + " failed after a migration that the release before it cannot run on: "
            + reason(record)
            + whatToDo(record, owed);
    return owed.isEmpty()
        ? memory.withHold(new Hold(why, RestoreHolds.OURS, ended(record)))
        : RestoreHolds.owing(memory, owed, why, ended(record));
  }

  private static String whatToDo(DeploymentRecord record, List<String> owed) {
    if (record.status() != DeploymentRecord.Status.ROLLBACK_FAILED) {
      return "";
    }
    return owed.isEmpty()
        ? ". What to do: look at `holdfast show "
            + record.deploymentId()
            + "`, put right what is named, then `holdfast resume "
            + record.app()
            + "`"
        : ". What to do: put right what is named, then "
            + RestoreHolds.commands(record.app(), record.deploymentId(), owed)
            + (owed.size() > 1 ? ": once all of them are restored" : ": then")
            + " the release before comes back by itself";
  }

  private static String reason(DeploymentRecord record) {
    return record.status() == DeploymentRecord.Status.ROLLBACK_FAILED
        ? failure(record)
            + "; then the rollback failed too: "
            + rollbackProblem(record)
            + (undoFailed(record) ? "" : advice(record))
        : failure(record);
  }

  private static String rollbackProblem(DeploymentRecord record) {
    return record.steps().reversed().stream()
        .filter(step -> step.step().equals(Stage.ROLLBACK.text()) && step.message() != null)
        .map(step -> Objects.requireNonNull(step.message()))
        .findFirst()
        .orElse("its account is lost");
  }

  /** What a person should do, who reads nothing else. */
  private static String advice(DeploymentRecord record) {
    return ". What to do: look at `holdfast show "
        + record.deploymentId()
        + "` and `docker ps -a`, put right what is named, then `holdfast sync "
        + record.app()
        + "`; the agent goes on keeping the app at "
        + (record.previousRelease() == null
            ? "what ran before"
            : "release " + record.previousRelease())
        + ", and removes nothing that is left until a later release is confirmed or you say"
        + " `holdfast resume "
        + record.app()
        + "`";
  }

  private static String failure(DeploymentRecord record) {
    return record.failure() == null
        ? record.status().text()
        : record.failure().step() + ": " + record.failure().reason();
  }

  private static Instant ended(DeploymentRecord record) {
    return Objects.requireNonNullElse(record.endedAt(), record.timestamp());
  }

  static boolean isOver(@Nullable DeploymentRecord record) {
    return record != null && record.status() != DeploymentRecord.Status.IN_PROGRESS;
  }
}
