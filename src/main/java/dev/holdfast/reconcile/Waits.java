package dev.holdfast.reconcile;

import dev.holdfast.model.Approval;
import dev.holdfast.model.Consent.Decision;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Memory;
import dev.holdfast.model.ObservedState;
import dev.holdfast.plan.Stage;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.rollout.Clearance;
import dev.holdfast.rollout.Timetable.Standing.Closed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Before a deployment's first work: whether it may begin now, and what it waits for. What people
 * say lies in the memory; here it goes into the record, and each place of a death between the two
 * is one from which the next look does the same again. A rollback waits for no more than another of
 * its group.
 */
final class Waits {
  private final AppSettings settings;
  private final AppPorts ports;
  private final AppMemory memory;

  Waits(AppSettings settings, AppPorts ports, AppMemory memory) {
    this.settings = settings;
    this.ports = ports;
    this.memory = memory;
  }

  sealed interface Standing {
    /** The place is closed by whoever takes it. */
    record Begins(RolloutGate.Place place) implements Standing {}

    /**
     * @param within look again by then; null: as ever
     */
    record On(Phase phase, String reason, @Nullable Duration within) implements Standing {}

    record Ended() implements Standing {}
  }

  Standing of(Journal journal, ObservedState seen) {
    DeploymentRecord record = journal.record();
    if (!record.waits()) {
      return turn(record);
    }
    if (record.kind() == Kind.ROLLBACK) {
      return begin(journal, new Clearance.Clear(null, null), seen);
    }
    Instant now = ports.time().now();
    return switch (Clearance.of(settings.rules(), record, memory.read().consent(), now)) {
      case Clearance.Refused refused -> refuse(journal, refused.approval(), seen);
      case Clearance.AwaitsApproval awaits -> approval(journal, awaits, now);
      case Clearance.AwaitsWindow awaits -> window(journal, awaits, now);
      case Clearance.Clear clear -> begin(journal, clear, seen);
    };
  }

  private Standing turn(DeploymentRecord record) {
    return switch (ports.gate().ask(settings.app(), claim(record))) {
      case RolloutGate.Turn.Granted granted -> new Standing.Begins(granted.place());
      case RolloutGate.Turn.Later later -> new Standing.On(Phase.Progressing, later.why(), null);
    };
  }

  private static RolloutGate.Claim claim(DeploymentRecord record) {
    if (!record.waits()) {
      return RolloutGate.Claim.BEGUN;
    }
    return record.kind() == Kind.ROLLBACK ? RolloutGate.Claim.ROLLBACK : RolloutGate.Claim.NEW;
  }

  private Standing refuse(Journal journal, Approval approval, ObservedState seen) {
    DeploymentRecord record = journal.record();
    String id = record.deploymentId();
    if (approval.state() == Approval.State.EXPIRED) {
      Decision expired = new Decision(id, record.release(), approval, true);
      Memory after =
          memory.change(
              m -> m.consent().of(id) == null ? m.withConsent(m.consent().with(expired)) : m);
      if (!expired.equals(after.consent().of(id)) && record.approval() == null) {
        // Somebody said something at the last moment, and was told that it counts.
        return of(journal, seen);
      }
    }
    journal.answered(approval);
    journal.failed(
        new Failure(Stage.APPROVE.text(), null, approval.said(), List.of()), Direction.FORWARD);
    journal.finish(Status.FAILED);
    return new Standing.Ended();
  }

  private Standing approval(Journal journal, Clearance.AwaitsApproval awaits, Instant now) {
    DeploymentRecord record = journal.record();
    Instant expires = awaits.expires();
    String reason =
        "release "
            + name(record)
            + " waits for approval: `holdfast approve "
            + record.app()
            + " "
            + record.release()
            + "`, or `reject`"
            + (expires == null ? "" : "; this expires at " + expires);
    journal.await(Stage.APPROVE, reason);
    return new Standing.On(
        Phase.AwaitingApproval, reason, expires == null ? null : Duration.between(now, expires));
  }

  private Standing window(Journal journal, Clearance.AwaitsWindow awaits, Instant now) {
    DeploymentRecord record = journal.record();
    approved(journal, awaits.approval());
    // A death after it was let through and before its work: it can be rejected again.
    memory.change(m -> taken(m, record, false));
    Closed closed = awaits.closed();
    String reason =
        "release "
            + name(record)
            + " waits for its window: "
            + closed.why()
            + "; `holdfast sync "
            + record.app()
            + " --now --reason TEXT` goes through";
    journal.await(Stage.WINDOW, reason);
    Instant opens = closed.opens();
    return new Standing.On(
        Phase.AwaitingWindow, reason, opens == null ? null : Duration.between(now, opens));
  }

  private Standing begin(Journal journal, Clearance.Clear clear, ObservedState seen) {
    approved(journal, clear.approval());
    Standing turn = turn(journal.record());
    if (!(turn instanceof Standing.Begins begins)) {
      memory.change(m -> taken(m, journal.record(), false));
      return turn;
    }
    try {
      Memory after = memory.change(m -> taken(m, journal.record(), true));
      Decision decision = after.consent().of(journal.record().deploymentId());
      if (decision != null && decision.approval().state() != Approval.State.APPROVED) {
        begins.place().close();
        return refuse(journal, decision.approval(), seen);
      }
      journal.cleared(clear.passage(), windowNote(journal.record(), clear), Befores.of(seen));
      return begins;
    } catch (RuntimeException | Error e) {
      begins.place().close();
      throw e;
    }
  }

  private @Nullable String windowNote(DeploymentRecord record, Clearance.Clear clear) {
    if (clear.passage() != null) {
      return "let through by " + clear.passage().by() + ": " + clear.passage().reason();
    }
    boolean rollback = record.kind() == Kind.ROLLBACK;
    return rollback || settings.rules().timetable().isEmpty() ? null : "it is open";
  }

  private static void approved(Journal journal, @Nullable Approval approval) {
    if (approval != null && journal.record().approval() == null) {
      journal.answered(approval);
    }
  }

  /** Whether the agent has acted on it, which is then written before it does. */
  private static Memory taken(Memory memory, DeploymentRecord record, boolean taken) {
    Decision decision = memory.consent().of(record.deploymentId());
    if (decision == null || decision.approval().state() != Approval.State.APPROVED) {
      return memory;
    }
    return memory.withConsent(
        memory
            .consent()
            .with(
                new Decision(
                    decision.deployment(), decision.release(), decision.approval(), taken)));
  }

  private static String name(DeploymentRecord record) {
    return record.release() + (record.version() == null ? "" : " (" + record.version() + ")");
  }
}
