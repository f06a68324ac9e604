package dev.holdfast.reconcile;

import dev.holdfast.model.Approval;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.HealthCheck;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.Passage;
import dev.holdfast.model.UpdateGap;
import dev.holdfast.plan.Stage;
import dev.holdfast.store.Store.LogLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The durable account of one deployment. What decides how it is carried on after a death is written
 * before it is done; everything that leaves goes through the redactor.
 */
final class Journal {
  private static final String NO_LONGER = "it is not waited for any more";

  private final AppPorts ports;
  private DeploymentRecord record;

  Journal(AppPorts ports, DeploymentRecord record) {
    this.ports = ports;
    this.record = record;
  }

  DeploymentRecord record() {
    return record;
  }

  void begin(Stage stage, @Nullable String service) {
    if (isSuspended(stage, service)) {
      // It goes on: one that waits for hours for an engine or a network is one step all the same.
      return;
    }
    List<StepRecord> before = record.steps();
    List<StepRecord> closed = closed(StepStatus.FAILED, "cut off");
    List<StepRecord> steps = new ArrayList<>(closed);
    steps.add(
        new StepRecord(stage.text(), service, ports.time().now(), null, StepStatus.RUNNING, null));
    save(Records.withSteps(record, steps));
    tellEnd(before, closed);
  }

  private boolean isSuspended(Stage stage, @Nullable String service) {
    StepRecord last = record.steps().isEmpty() ? null : record.steps().getLast();
    return last != null
        && last.status() == StepStatus.RUNNING
        && last.message() != null
        && last.step().equals(stage.text())
        && Objects.equals(last.service(), service);
  }

  /** Nothing can be known now: the step that runs stays open and says why. */
  void suspend(String reason) {
    StepRecord last = record.steps().isEmpty() ? null : record.steps().getLast();
    String text = redact(reason);
    if (last == null || last.status() != StepStatus.RUNNING || text.equals(last.message())) {
      return;
    }
    List<StepRecord> steps = new ArrayList<>(record.steps());
    steps.removeLast();
    steps.add(
        new StepRecord(last.step(), last.service(), last.startedAt(), null, last.status(), text));
    save(Records.withSteps(record, steps));
    log("warn", last.step(), last.service(), reason);
  }

  /** It waits here; one step for all of the time, whose message says for what. */
  void await(Stage stage, String message) {
    StepRecord last = record.steps().isEmpty() ? null : record.steps().getLast();
    String text = redact(message);
    if (last != null && last.status() == StepStatus.RUNNING && last.step().equals(stage.text())) {
      if (!text.equals(last.message())) {
        suspend(message);
      }
      return;
    }
    List<StepRecord> before = record.steps();
    List<StepRecord> closed = closed(StepStatus.SKIPPED, NO_LONGER);
    List<StepRecord> steps = new ArrayList<>(closed);
    steps.add(
        new StepRecord(stage.text(), null, ports.time().now(), null, StepStatus.RUNNING, text));
    save(Records.withSteps(record, steps));
    tellEnd(before, closed);
    log("info", stage.text(), null, message);
  }

  /** What a person said, and the end of the step that waited for it, in one write. */
  void answered(Approval approval) {
    boolean approved = approval.state() == Approval.State.APPROVED;
    StepStatus status = approved ? StepStatus.SUCCEEDED : StepStatus.FAILED;
    List<StepRecord> steps = ended(Stage.APPROVE, status, approval.said());
    String reason = approval.reason() == null ? null : redact(approval.reason());
    Approval safe = new Approval(approval.state(), approval.by(), approval.at(), reason);
    List<StepRecord> before = record.steps();
    save(Records.withApproval(record, steps, safe));
    tellEnd(before, steps);
    log(approved ? "info" : "error", Stage.APPROVE.text(), null, approval.said());
  }

  /** Nothing holds it back any more; what runs now is what a rollback puts back. */
  void cleared(@Nullable Passage passage, @Nullable String window, List<Replaced> running) {
    List<StepRecord> before = record.steps();
    List<StepRecord> steps =
        window == null
            ? closed(StepStatus.SKIPPED, NO_LONGER)
            : ended(Stage.WINDOW, StepStatus.SUCCEEDED, window);
    Passage safe =
        passage == null ? null : new Passage(passage.by(), passage.at(), redact(passage.reason()));
    DeploymentRecord next = Records.cleared(record, steps, safe, running);
    if (!next.equals(record)) {
      save(next);
      tellEnd(before, steps);
    }
  }

  /** The step's end; where it is not open, it began and ended at this moment. */
  private List<StepRecord> ended(Stage stage, StepStatus status, String message) {
    StepRecord last = record.steps().isEmpty() ? null : record.steps().getLast();
    boolean open =
        last != null && last.status() == StepStatus.RUNNING && last.step().equals(stage.text());
    if (open) {
      return closed(status, message);
    }
    List<StepRecord> steps = new ArrayList<>(closed(StepStatus.SKIPPED, NO_LONGER));
    Instant now = ports.time().now();
    steps.add(new StepRecord(stage.text(), null, now, now, status, redact(message)));
    return steps;
  }

  void end(StepStatus status, @Nullable String message) {
    List<StepRecord> before = record.steps();
    List<StepRecord> closed = closed(status, message);
    save(Records.withSteps(record, closed));
    tellEnd(before, closed);
  }

  private void tellEnd(List<StepRecord> before, List<StepRecord> after) {
    after.stream()
        .filter(step -> step.endedAt() != null && !before.contains(step))
        .forEach(step -> ports.signals().stepEnded(record.app(), record.deploymentId(), step));
  }

  private List<StepRecord> closed(StepStatus status, @Nullable String message) {
    List<StepRecord> steps = new ArrayList<>(record.steps());
    if (!steps.isEmpty() && steps.getLast().status() == StepStatus.RUNNING) {
      StepRecord last = steps.removeLast();
      String text = message == null ? null : redact(message);
      steps.add(
          new StepRecord(
              last.step(), last.service(), last.startedAt(), ports.time().now(), status, text));
    }
    return steps;
  }

  /** From here on the deployment is carried on or rolled back. */
  void touch(@Nullable String service) {
    SortedSet<String> services = new TreeSet<>(record.servicesDeployed());
    if (service != null) {
      services.add(service);
    }
    if (!record.updateBegan() || services.size() != record.servicesDeployed().size()) {
      save(Records.touched(record, List.copyOf(services)));
    }
  }

  void migrated(int index, int exitStatus) {
    SortedMap<Integer, Integer> migrations = new TreeMap<>(record.migrations());
    migrations.put(index, exitStatus);
    save(Records.withMigrations(record, migrations));
  }

  void undone(int index, int exitStatus) {
    SortedMap<Integer, Integer> undone = new TreeMap<>(record.undone());
    undone.put(index, exitStatus);
    save(Records.withUndone(record, undone));
  }

  /** There was nothing to save: nothing is restored either. */
  void leftOut(String backup) {
    if (!record.leftOut().contains(backup)) {
      List<String> all = new ArrayList<>(record.leftOut());
      all.add(backup);
      save(Records.withLeftOut(record, all));
    }
  }

  void health(String service, HealthCheck health) {
    SortedMap<String, HealthCheck> checks = new TreeMap<>(record.healthChecks());
    if (!Objects.equals(checks.put(service, health), health)) {
      save(Records.withHealthChecks(record, checks));
    }
  }

  void gap(String service, UpdateGap gap) {
    SortedMap<String, UpdateGap> gaps = new TreeMap<>(record.gaps());
    gaps.put(service, gap);
    save(Records.withGaps(record, gaps));
  }

  /** It failed: the evidence is written before anything that failed is touched. */
  void failed(Failure failure, Direction next) {
    List<String> tail = failure.logTail().stream().map(this::redact).toList();
    Failure safe = new Failure(failure.step(), failure.service(), redact(failure.reason()), tail);
    List<StepRecord> before = record.steps();
    List<StepRecord> closed = closed(StepStatus.FAILED, failure.reason());
    save(Records.failed(Records.withSteps(record, closed), safe, next));
    log("error", failure.step(), failure.service(), failure.reason());
    tellEnd(before, closed);
  }

  void finish(Status status) {
    boolean rollback = status == Status.SUCCEEDED || status == Status.DEGRADED;
    List<StepRecord> before = record.steps();
    List<StepRecord> closed = closed(StepStatus.SKIPPED, "the deployment was " + status.text());
    DeploymentRecord last = Records.withSteps(record, closed);
    save(
        Records.finished(
            last, status, ports.time().now(), rollback && last.previousRelease() != null));
    tellEnd(before, closed);
    log("info", "end", null, status.text());
  }

  void log(String level, String step, @Nullable String service, String message) {
    ports
        .store()
        .log(
            record.app(),
            record.deploymentId(),
            new LogLine(ports.time().now(), level, step, service, redact(message)));
  }

  Consumer<String> output(String file) {
    Consumer<String> sink = ports.store().output(record.app(), record.deploymentId(), file);
    UnaryOperator<String> redact = this::redact;
    return line -> {
      sink.accept(redact.apply(line));
      ports.signals().wrote(record.app(), record.deploymentId(), file);
    };
  }

  private String redact(String text) {
    return ports.redactor().redact(text);
  }

  private void save(DeploymentRecord next) {
    ports.store().saveRecord(next);
    record = next;
    ports.signals().recorded(next);
  }
}
