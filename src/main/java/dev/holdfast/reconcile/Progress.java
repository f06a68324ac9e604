package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.plan.Stage;
import dev.holdfast.plan.Step;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns the many steps of a plan into the steps of the record: one for each run of steps of a stage
 * and service.
 */
final class Progress {
  private final Journal journal;
  private @Nullable Stage stage;
  private @Nullable String service;
  private String message = "";

  Progress(Journal journal) {
    this.journal = journal;
  }

  void begin(Step step) {
    if (step instanceof Step.EnsureNetwork || step instanceof Step.EnsureVolume) {
      // Belongs to whatever comes next; the log has it.
      return;
    }
    String next = step.stage() == Stage.PULL ? null : step.service();
    // Each backup is a step of its own, also where two are of one service.
    boolean same = stage == step.stage() && Objects.equals(service, next);
    if (same && !(step instanceof Step.TakeBackup)) {
      return;
    }
    close();
    journal.begin(step.stage(), next);
    stage = step.stage();
    service = next;
  }

  void done(String text) {
    message = text;
  }

  void failed(String reason) {
    journal.end(StepStatus.FAILED, reason);
    stage = null;
  }

  void close() {
    if (stage != null) {
      boolean skipped = message.startsWith("skipped: ");
      journal.end(
          skipped ? StepStatus.SKIPPED : StepStatus.SUCCEEDED, message.isEmpty() ? null : message);
    }
    stage = null;
    message = "";
  }
}
