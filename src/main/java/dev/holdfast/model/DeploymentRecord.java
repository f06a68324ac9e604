package dev.holdfast.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
 * @param approval what a person said to it; null: nobody was asked, or has not said yet
 * @param leftOut names of the backups that were not taken, because there was nothing to save
 * @param passedWindow who let it through a closed window or a freeze; null: nobody
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
    SortedMap<String, UpdateGap> gaps,
    @Nullable Approval approval,
    @Nullable Passage passedWindow,
    List<String> leftOut) {
  /** The steps before the release is worked on. */
  private static final Set<String> BEFORE_ALL = Set.of("validate", "approve", "window");

  public DeploymentRecord {
    servicesDeployed = List.copyOf(servicesDeployed);
    healthChecks = Collections.unmodifiableSortedMap(new TreeMap<>(healthChecks));
    before = List.copyOf(before);
    migrations = Collections.unmodifiableSortedMap(new TreeMap<>(migrations));
    undone = Collections.unmodifiableSortedMap(new TreeMap<>(undone));
    steps = List.copyOf(steps);
    gaps = Collections.unmodifiableSortedMap(new TreeMap<>(gaps));
    leftOut = List.copyOf(leftOut);
  }

  /**
   * In flight and before its first step that does anything: it waits for a person, a window or its
   * turn, and whoever comes first may have it give way.
   */
  public boolean waits() {
    return status == Status.IN_PROGRESS
        && direction == Direction.FORWARD
        && !updateBegan
        && steps.stream().allMatch(step -> BEFORE_ALL.contains(step.step()));
  }

  /** It waits, and it is a person or a window that it waits for. */
  public boolean waitsForLeave() {
    return waits() && steps.stream().anyMatch(DeploymentRecord::isWait);
  }

  private static boolean isWait(StepRecord step) {
    return step.step().equals("approve") || step.step().equals("window");
  }

  /** How long it has waited for a person or a window, which is no part of the work. */
  public Duration waited() {
    Duration waited = Duration.ZERO;
    for (StepRecord step : steps) {
      Instant end = step.endedAt();
      if (isWait(step) && end != null && end.isAfter(step.startedAt())) {
        waited = waited.plus(Duration.between(step.startedAt(), end));
      }
    }
    return waited;
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
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
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
