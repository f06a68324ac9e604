package dev.holdfast.model;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to bring an app to a release: what {@code record.json} holds and the API shows, and what the next start needs to carry
 * it on. It never holds a variable's value.
 *
 * @param before the containers that ran when the deployment began: what a rollback puts back
 * @param migrations index of each migration that ended, with its exit status
 * @param rollbackAvailable whether the agent can put the previous release back by itself now
 */
public record DeploymentRecord(
    String deploymentId,
    Instant timestamp,
    @Nullable Instant endedAt,
    String server,
    String app,
    String environment,
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
    List<StepRecord> steps,
    @Nullable Failure failure) {
  public DeploymentRecord {
    servicesDeployed = List.copyOf(servicesDeployed);
    healthChecks = Collections.unmodifiableSortedMap(new TreeMap<>(healthChecks));
    before = List.copyOf(before);
    migrations = Collections.unmodifiableSortedMap(new TreeMap<>(migrations));
    steps = List.copyOf(steps);
  }

  /** The outcomes of contract §5, and the one that is none yet. On disk and in the API: {@code rolled-back} and so on. */
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

  /** A container that ran before; {@code name} is the name that it gets back. */
  public record Replaced(String service, int number, String id, String name, String configHash, String image, boolean running) {}

  public record StepRecord(
      String step, @Nullable String service, Instant startedAt, @Nullable Instant endedAt, StepStatus status, @Nullable String message) {}

  public enum StepStatus {
    RUNNING,
    SUCCEEDED,
    FAILED,
    SKIPPED
  }

  public record Failure(String step, @Nullable String service, String reason, List<String> logTail) {
    public Failure {
      logTail = List.copyOf(logTail);
    }
  }
}
