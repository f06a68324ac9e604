package dev.holdfast.reconcile;

import dev.holdfast.model.Approval;
import dev.holdfast.model.Approval.State;
import dev.holdfast.model.Consent.Decision;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.reconcile.Apps.Refused;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a person says to a release that waits: durable before it is answered, the same said twice
 * said once, and refused where the release named is not the one that waits.
 */
final class Decisions {
  private final AppSettings settings;
  private final AppPorts ports;
  private final AppMemory memory;

  Decisions(AppSettings settings, AppPorts ports, AppMemory memory) {
    this.settings = settings;
    this.ports = ports;
    this.memory = memory;
  }

  void approve(@Nullable String release, String by) {
    say(release, new Approval(State.APPROVED, by, ports.time().now(), null));
  }

  void reject(@Nullable String release, @Nullable String reason, String by) {
    say(release, new Approval(State.REJECTED, by, ports.time().now(), reason));
  }

  private void say(@Nullable String release, Approval approval) {
    if (!settings.rules().approval()) {
      throw new Refused(
          settings.app()
              + " needs no approval: its entry in agent.yaml does not say `approval: required`");
    }
    memory.change(known -> said(known, release, approval));
  }

  private Memory said(Memory known, @Nullable String release, Approval approval) {
    Decision before = known.consent().decision();
    DeploymentRecord record = inFlight(known).orElse(null);
    if (record == null || (release != null && !release.equals(record.release()))) {
      if (before != null && saidBefore(before, release, approval.state(), record)) {
        return known;
      }
      throw new Refused(notWaiting(release, record, before));
    }
    Approval given = given(known, record);
    if (given == null && !record.waits()) {
      throw new Refused("release " + record.release() + " is being rolled out already");
    }
    if (given != null && given.state() == approval.state()) {
      return known;
    }
    boolean takesBack =
        given != null && approval.state() == State.REJECTED && isOpen(known, record);
    if (given != null && !takesBack) {
      throw new Refused(tooLate(record, given));
    }
    return known.withConsent(
        known
            .consent()
            .with(new Decision(record.deploymentId(), record.release(), approval, false)));
  }

  private Optional<DeploymentRecord> inFlight(Memory known) {
    return Optional.ofNullable(known.deployment())
        .flatMap(id -> ports.store().record(settings.app(), id))
        .filter(record -> record.kind() == DeploymentRecord.Kind.DEPLOY)
        .filter(record -> !Settlement.isOver(record));
  }

  private static @Nullable Approval given(Memory known, DeploymentRecord record) {
    Decision decision = known.consent().of(record.deploymentId());
    return decision == null ? record.approval() : decision.approval();
  }

  /** Approved, and nothing was done on it yet: it waits for its window or its turn. */
  private static boolean isOpen(Memory known, DeploymentRecord record) {
    Decision decision = known.consent().of(record.deploymentId());
    return record.waits()
        && (decision == null
            || (!decision.taken() && decision.approval().state() == State.APPROVED));
  }

  /** The last one that waited may be named without its release once it was rejected. */
  private static boolean saidBefore(
      Decision before, @Nullable String release, State state, @Nullable DeploymentRecord record) {
    boolean named =
        release == null
            ? record == null && state == State.REJECTED
            : before.release().equals(release);
    return named && before.approval().state() == state;
  }

  private String notWaiting(
      @Nullable String release, @Nullable DeploymentRecord record, @Nullable Decision before) {
    if (before != null && before.release().equals(release)) {
      return "release " + release + " was " + before.approval().said() + anew(before.approval());
    }
    String which = record != null && record.waits() ? "release " + record.release() : "none";
    return (release == null
            ? "no release of " + settings.app() + " waits for approval"
            : "release " + release + " does not wait for approval; " + which + " does")
        + "; `holdfast status "
        + settings.app()
        + "` shows how it stands";
  }

  private String tooLate(DeploymentRecord record, Approval given) {
    String what = "release " + record.release() + " was " + given.said();
    return given.state() == State.APPROVED
        ? what + ", and is being rolled out; `holdfast rollback " + record.app() + "` goes back"
        : what + anew(given);
  }

  private String anew(Approval given) {
    return given.state() == State.APPROVED
        ? ""
        : "; `holdfast retry " + settings.app() + "` asks anew";
  }
}
