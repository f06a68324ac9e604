package dev.holdfast.reconcile;

import dev.holdfast.model.Approval;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.HealthCheck;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.Passage;
import dev.holdfast.model.UpdateGap;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Copies of a record with one thing changed; the only place that spells all of its components. */
final class Records {
  private Records() {}

  static DeploymentRecord withSteps(DeploymentRecord r, List<StepRecord> steps) {
    return copy(
        r,
        r.status(),
        r.direction(),
        r.endedAt(),
        r.servicesDeployed(),
        r.healthChecks(),
        r.rollbackAvailable(),
        r.updateBegan(),
        r.migrations(),
        r.undone(),
        steps,
        r.failure());
  }

  static DeploymentRecord touched(DeploymentRecord r, List<String> services) {
    return copy(
        r,
        r.status(),
        r.direction(),
        r.endedAt(),
        services,
        r.healthChecks(),
        r.rollbackAvailable(),
        true,
        r.migrations(),
        r.undone(),
        r.steps(),
        r.failure());
  }

  static DeploymentRecord withMigrations(
      DeploymentRecord r, SortedMap<Integer, Integer> migrations) {
    return copy(
        r,
        r.status(),
        r.direction(),
        r.endedAt(),
        r.servicesDeployed(),
        r.healthChecks(),
        r.rollbackAvailable(),
        r.updateBegan(),
        migrations,
        r.undone(),
        r.steps(),
        r.failure());
  }

  static DeploymentRecord withUndone(DeploymentRecord r, SortedMap<Integer, Integer> undone) {
    return copy(
        r,
        r.status(),
        r.direction(),
        r.endedAt(),
        r.servicesDeployed(),
        r.healthChecks(),
        r.rollbackAvailable(),
        r.updateBegan(),
        r.migrations(),
        undone,
        r.steps(),
        r.failure());
  }

  static DeploymentRecord withHealthChecks(
      DeploymentRecord r, SortedMap<String, HealthCheck> checks) {
    return copy(
        r,
        r.status(),
        r.direction(),
        r.endedAt(),
        r.servicesDeployed(),
        checks,
        r.rollbackAvailable(),
        r.updateBegan(),
        r.migrations(),
        r.undone(),
        r.steps(),
        r.failure());
  }

  static DeploymentRecord failed(DeploymentRecord r, Failure failure, Direction next) {
    return copy(
        r,
        r.status(),
        next,
        r.endedAt(),
        r.servicesDeployed(),
        r.healthChecks(),
        r.rollbackAvailable(),
        r.updateBegan(),
        r.migrations(),
        r.undone(),
        r.steps(),
        failure);
  }

  static DeploymentRecord finished(
      DeploymentRecord r, Status status, Instant at, boolean rollbackAvailable) {
    return copy(
        r,
        status,
        r.direction(),
        at,
        r.servicesDeployed(),
        r.healthChecks(),
        rollbackAvailable,
        r.updateBegan(),
        r.migrations(),
        r.undone(),
        r.steps(),
        r.failure());
  }

  private static DeploymentRecord copy(
      DeploymentRecord r,
      Status status,
      Direction direction,
      @Nullable Instant endedAt,
      List<String> servicesDeployed,
      SortedMap<String, HealthCheck> healthChecks,
      boolean rollbackAvailable,
      boolean updateBegan,
      SortedMap<Integer, Integer> migrations,
      SortedMap<Integer, Integer> undone,
      List<StepRecord> steps,
      @Nullable Failure failure) {
    return new DeploymentRecord(
        r.deploymentId(),
        r.timestamp(),
        endedAt,
        r.server(),
        r.app(),
        r.environment(),
        r.kind(),
        status,
        direction,
        r.cause(),
        r.gitSha(),
        r.gitRef(),
        r.commitTime(),
        r.release(),
        r.version(),
        r.commit(),
        r.previousRelease(),
        servicesDeployed,
        healthChecks,
        rollbackAvailable,
        updateBegan,
        r.before(),
        migrations,
        undone,
        steps,
        failure,
        r.gaps(),
        r.approval(),
        r.passedWindow(),
        r.leftOut());
  }

  /** The measured gaps; everything else as it is. */
  static DeploymentRecord withGaps(DeploymentRecord r, SortedMap<String, UpdateGap> gaps) {
    return copy(
        r,
        r.rollbackAvailable(),
        r.before(),
        r.steps(),
        gaps,
        r.approval(),
        r.passedWindow(),
        r.leftOut());
  }

  static DeploymentRecord withLeftOut(DeploymentRecord r, List<String> leftOut) {
    return copy(
        r,
        r.rollbackAvailable(),
        r.before(),
        r.steps(),
        r.gaps(),
        r.approval(),
        r.passedWindow(),
        leftOut);
  }

  /** What a person said, with the step that waited for it. */
  static DeploymentRecord withApproval(
      DeploymentRecord r, List<StepRecord> steps, @Nullable Approval approval) {
    return copy(
        r,
        r.rollbackAvailable(),
        r.before(),
        steps,
        r.gaps(),
        approval,
        r.passedWindow(),
        r.leftOut());
  }

  /** Nothing stands in its way any more: from what runs now it begins. */
  static DeploymentRecord cleared(
      DeploymentRecord r,
      List<StepRecord> steps,
      @Nullable Passage passedWindow,
      List<Replaced> before) {
    return copy(
        r, !before.isEmpty(), before, steps, r.gaps(), r.approval(), passedWindow, r.leftOut());
  }

  private static DeploymentRecord copy(
      DeploymentRecord r,
      boolean rollbackAvailable,
      List<Replaced> before,
      List<StepRecord> steps,
      SortedMap<String, UpdateGap> gaps,
      @Nullable Approval approval,
      @Nullable Passage passedWindow,
      List<String> leftOut) {
    return new DeploymentRecord(
        r.deploymentId(),
        r.timestamp(),
        r.endedAt(),
        r.server(),
        r.app(),
        r.environment(),
        r.kind(),
        r.status(),
        r.direction(),
        r.cause(),
        r.gitSha(),
        r.gitRef(),
        r.commitTime(),
        r.release(),
        r.version(),
        r.commit(),
        r.previousRelease(),
        r.servicesDeployed(),
        r.healthChecks(),
        rollbackAvailable,
        r.updateBegan(),
        before,
        r.migrations(),
        r.undone(),
        steps,
        r.failure(),
        gaps,
        approval,
        passedWindow,
        leftOut);
  }
}
