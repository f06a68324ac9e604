package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.HealthCheck;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.UpdateGap;
import dev.holdfast.plan.Stage;
import dev.holdfast.store.Store.LogLine;
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

  void end(StepStatus status, @Nullable String message) {
    List<StepRecord> before = record.steps();
    List<StepRecord> closed = closed(status, message);
    save(Records.withSteps(record, closed));
    tellEnd(before, closed);
  }

  private void tellEnd(List<StepRecord> before, List<StepRecord> closed) {
    if (!closed.equals(before)) {
      ports.signals().stepEnded(record.app(), record.deploymentId(), closed.getLast());
    }
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
