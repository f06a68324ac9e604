package dev.holdfast.model;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to bring an app to a release: what {@code record.json} holds and the API shows, and
 * what the next start needs to carry it on. It never holds a variable's value.
 *
 * @param before the containers that ran when the deployment began: what a rollback puts back
 * @param migrations index of each migration that ended, with its exit status
 * @param undone index of each migration whose {@code on-rollback} command ended, with its exit
 *     status
 * @param updateBegan whether a container of the app was touched: from then on it is carried on or
 *     rolled back, never superseded
 * @param rollbackAvailable whether the agent can put the previous release back by itself now
 * @param gaps how long each updated service was away
 */
public record DeploymentRecord(
    String deploymentId,
    Instant timestamp,
    @Nullable Instant endedAt,
    String server,
    String app,
    String environment,
    Kind kind,
    Status status,
    Direction direction,
    String cause,
    @Nullable String gitSha,
    @Nullable String gitRef,
    @Nullable Instant commitTime,
    String release,
    @Nullable String version,
    @Nullable String commit,
    @Nullable String previousRelease,
    List<String> servicesDeployed,
    SortedMap<String, HealthCheck> healthChecks,
    boolean rollbackAvailable,
    boolean updateBegan,
    List<Replaced> before,
    SortedMap<Integer, Integer> migrations,
    SortedMap<Integer, Integer> undone,
    List<StepRecord> steps,
    @Nullable Failure failure,
    SortedMap<String, UpdateGap> gaps) {
  public DeploymentRecord {
    servicesDeployed = List.copyOf(servicesDeployed);
    healthChecks = Collections.unmodifiableSortedMap(new TreeMap<>(healthChecks));
    before = List.copyOf(before);
    migrations = Collections.unmodifiableSortedMap(new TreeMap<>(migrations));
    undone = Collections.unmodifiableSortedMap(new TreeMap<>(undone));
    steps = List.copyOf(steps);
    gaps = Collections.unmodifiableSortedMap(new TreeMap<>(gaps));
  }

  /**
   * The outcomes of contract §5, and the one that is none yet. On disk and in the API: {@code
   * rolled-back} and so on.
   */
  public enum Status {
    IN_PROGRESS,
    SUCCEEDED,
    FAILED,
    ROLLED_BACK,
    ROLLBACK_FAILED,
    DEGRADED,
    SUPERSEDED;

    /** As written in records, metrics and on the command line. */
    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Why there is one: the desired state changed, or a person asked for an earlier release (whose
   * migrations are not run again).
   */
  public enum Kind {
    DEPLOY,
    ROLLBACK
  }

  /** Which way it goes. A deployment turns back at most once. */
  public enum Direction {
    FORWARD,
    BACK
  }

  public enum HealthCheck {
    HEALTHY,
    UNHEALTHY,
    SKIPPED
  }

  /**
   * A container that ran before: its {@code name} and {@code restart} policy are what it gets back;
   * {@code healthy} as it was then.
   */
  public record Replaced(
      String service,
      int number,
      String id,
      String name,
      String configHash,
      String imageId,
      RestartPolicy restart,
      boolean healthy) {}

  public record StepRecord(
      String step,
      @Nullable String service,
      Instant startedAt,
      @Nullable Instant endedAt,
      StepStatus status,
      @Nullable String message) {}

  public enum StepStatus {
    RUNNING,
    SUCCEEDED,
    FAILED,
    SKIPPED
  }

  public record Failure(
      String step, @Nullable String service, String reason, List<String> logTail) {
    public Failure {
      logTail = List.copyOf(logTail);
    }
  }
}
