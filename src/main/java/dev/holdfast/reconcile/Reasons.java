package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.Memory;
import dev.holdfast.plan.Stage;
import dev.holdfast.reconcile.AppView.ContainerView;
import dev.holdfast.reconcile.AppView.ServiceView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From what is shown of an app and its records to the chain of reasons; changes nothing. */
public final class Reasons {
  private static final int MOST_EVIDENCE = 20;

  /** What was said last tells most. */
  private static final int MOST_TAIL = 12;

  private final AppView view;
  private final List<DeploymentRecord> records;
  private final List<Why.Reason> reasons = new ArrayList<>();
  private final List<String> next = new ArrayList<>();

  private Reasons(AppView view, List<DeploymentRecord> records) {
    this.view = view;
    this.records = records;
  }

  /**
   * @param records of the app, newest first
   */
  public static Why of(AppView view, List<DeploymentRecord> records) {
    return new Reasons(view, records).why();
  }

  private Why why() {
    String summary =
        switch (view.phase()) {
          case Synced -> synced();
          case Progressing -> progressing();
          case Held -> held();
          case AwaitingApproval, AwaitingWindow -> awaits();
          case Degraded -> degraded();
          case Unknown -> unknown();
        };
    view.shells().forEach(this::shell);
    return new Why(view.app(), view.phase(), view.since(), summary, reasons, next);
  }

  private void shell(AppView.ShellView shell) {
    reason(
        shell.by() + " has a shell open in " + shell.service() + " since " + shell.since(),
        List.of("shell " + shell.id()));
  }

  private String synced() {
    newest().filter(record -> record.status() == Status.SUCCEEDED).ifPresent(this::outcome);
    reported();
    return "it runs its desired release " + release() + ", and all of it is healthy";
  }

  private String progressing() {
    DeploymentRecord record = record(view.deployment());
    if (record == null) {
      return said();
    }
    reason("deployment " + record.deploymentId() + " began: " + record.cause(), List.of());
    for (StepRecord step : record.steps()) {
      if (step.status() == StepStatus.RUNNING) {
        reason("now at " + step.step() + of(step.service()), lines(step.message()));
      }
    }
    if (record.failure() != null) {
      failure(record.failure());
    }
    next.add("watch it: `holdfast logs " + record.deploymentId() + " -f`");
    return record.direction() == DeploymentRecord.Direction.BACK
        ? "its new release failed, and the one before it is being put back"
        : "a deployment to release " + record.release() + " is in progress";
  }

  private String awaits() {
    reasons.addAll(AwaitReasons.reasons(view));
    next.addAll(AwaitReasons.next(view));
    return AwaitReasons.summary(view);
  }

  private String held() {
    owed();
    hold();
    if (view.desired() != null && !Objects.equals(view.desired().release(), view.release())) {
      reason("meanwhile another release is desired: " + view.desired().release(), List.of());
    }
    next.add("let the agent go on: `holdfast resume " + view.app() + "`");
    return "somebody told the agent to leave it as it is";
  }

  private void hold() {
    Memory.Hold hold = view.hold();
    if (hold != null) {
      reason("held by " + hold.by() + " since " + hold.at(), lines(hold.reason()));
    }
  }

  /** Data that was to be put back, and is not: it goes before all else. */
  private void owed() {
    Memory.Hold hold = view.hold();
    if (hold != null && !hold.owed().isEmpty()) {
      reason(
          "since "
              + hold.knownUntil()
              + " nobody knows what is in the data of "
              + String.join(", ", hold.owed())
              + ": the services that use it are stopped until it is restored",
          List.of());
      next.add(
          "choose what was taken before that: `holdfast backups "
              + view.app()
              + "`; then "
              + RestoreHolds.commands(view.app(), "ID", hold.owed()));
    }
  }

  private String unknown() {
    reported();
    sourceError();
    next.add("see what the agent cannot reach: `holdfast doctor`");
    return "the agent cannot see what runs, and changes nothing until it can";
  }

  private String degraded() {
    if (view.hold() != null) {
      owed();
      hold();
      next.add("let the agent go on then: `holdfast resume " + view.app() + "`");
    }
    sourceError();
    Memory.Quarantine quarantine = quarantined();
    if (quarantine != null) {
      quarantine(quarantine);
    }
    newest().filter(record -> record.status() == Status.ROLLBACK_FAILED).ifPresent(this::stuck);
    view.services().forEach(this::service);
    if (reasons.isEmpty()) {
      reported();
    }
    if (next.isEmpty()) {
      next.add("see what the agent would do: `holdfast diff " + view.app() + "`");
    }
    return view.release() == null
        ? "no release of it was ever confirmed"
        : "it runs release " + release() + ", and something is wrong";
  }

  private void sourceError() {
    String error = view.source().error();
    if (error != null && !error.isEmpty()) {
      reason("its desired state cannot be read from " + view.source().url(), lines(error));
      next.add("mend what the lines above name, and push; until then nothing changes");
    }
  }

  private Memory.@Nullable Quarantine quarantined() {
    String desired = view.desired() == null ? null : view.desired().release();
    return view.quarantined().stream()
        .filter(quarantine -> quarantine.release().equals(desired))
        .findFirst()
        .orElse(null);
  }

  private void quarantine(Memory.Quarantine quarantine) {
    reason(
        "the desired release "
            + quarantine.release()
            + " failed at "
            + quarantine.at()
            + " and is in quarantine",
        lines(quarantine.reason()));
    DeploymentRecord record = record(quarantine.deployment());
    if (record != null) {
      outcome(record);
      next.add("read all of it: `holdfast logs " + record.deploymentId() + "`");
      if (record.failure() != null && record.failure().step().equals(Stage.BACKUP.text())) {
        next.add(
            "see whether the backup can be taken now: `holdfast backup " + view.app() + " --wait`");
      }
    }
    if (quarantine.retryAt() != null) {
      next.add("or wait: it is tried again at " + quarantine.retryAt());
    }
    next.add("push a release that mends it; it is tried at once");
    next.add("where the cause lay elsewhere and is gone: `holdfast retry " + view.app() + "`");
  }

  private void outcome(DeploymentRecord record) {
    reason(
        "deployment "
            + record.deploymentId()
            + " ended as "
            + record.status().text()
            + " (it began because of: "
            + record.cause()
            + ")",
        List.of());
    if (record.failure() != null) {
      failure(record.failure());
    }
  }

  private void failure(Failure failure) {
    List<String> evidence = new ArrayList<>(lines(failure.reason()));
    List<String> tail = failure.logTail();
    evidence.addAll(tail.subList(Math.max(0, tail.size() - MOST_TAIL), tail.size()));
    reason("it failed at " + failure.step() + of(failure.service()), evidence);
  }

  private void stuck(DeploymentRecord record) {
    reason("putting back the release before it failed as well", List.of());
    if (quarantined() == null) {
      outcome(record);
    }
    next.addFirst("a person is needed now: `holdfast show " + record.deploymentId() + "`");
  }

  private void service(ServiceView service) {
    List<ContainerView> troubled =
        service.containers().stream().filter(container -> !isWell(container, service)).toList();
    if (!troubled.isEmpty() || !service.inSync()) {
      reason(
          "service "
              + service.service()
              + (troubled.isEmpty() ? " is not what its release says" : " is in trouble"),
          troubled.stream().map(Reasons::container).toList());
    }
    if (!troubled.isEmpty()) {
      String name = troubled.getFirst().name();
      next.add("see what it says: `docker logs --tail 50 " + name + "`");
    }
  }

  /** What is meant to run once is in sync when it has ended. */
  private static boolean isWell(ContainerView container, ServiceView service) {
    boolean healthy = container.health() == null || !container.health().equals("unhealthy");
    return container.state().equals("running")
        ? healthy
        : container.state().equals("exited") && service.inSync();
  }

  private static String container(ContainerView container) {
    return container.name()
        + " is "
        + container.state()
        + (container.health() == null ? "" : ", " + container.health())
        + (container.restarts() == 0 ? "" : ", restarted " + container.restarts() + " times");
  }

  private void reported() {
    if (view.reason() != null && !view.reason().isEmpty()) {
      reason("the agent reports", lines(view.reason()));
    }
  }

  private String said() {
    return Objects.requireNonNullElse(view.reason(), "no reason is known");
  }

  private String release() {
    return view.release() + (view.version() == null ? "" : " (version " + view.version() + ")");
  }

  private Optional<DeploymentRecord> newest() {
    return records.stream().findFirst();
  }

  private @Nullable DeploymentRecord record(@Nullable String id) {
    return records.stream()
        .filter(record -> record.deploymentId().equals(id))
        .findFirst()
        .orElse(null);
  }

  private static String of(@Nullable String service) {
    return service == null ? "" : " of " + service;
  }

  private void reason(String what, List<String> evidence) {
    reasons.add(new Why.Reason(what, evidence.stream().limit(MOST_EVIDENCE).toList()));
  }

  private static List<String> lines(@Nullable String text) {
    return text == null ? List.of() : text.lines().filter(line -> !line.isBlank()).toList();
  }
}
