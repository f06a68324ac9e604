package dev.holdfast.reconcile;

import dev.holdfast.model.Approval;
import dev.holdfast.model.Approval.State;
import dev.holdfast.model.Consent.Decision;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Changes;
import dev.holdfast.plan.Stage;
import dev.holdfast.store.Redactor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is shown of a release that needs somebody's word, or had it. */
final class Approvals {
  private static final int MOST_CHANGES = 50;

  private Approvals() {}

  static AppView.@Nullable Approval of(ViewFacts facts, @Nullable Release before) {
    AppView.Approval shown = shown(facts, before);
    return shown == null ? null : redacted(shown, facts.redactor());
  }

  /** A command may have a password among its words, and what people say may name one. */
  private static AppView.Approval redacted(AppView.Approval shown, Redactor redactor) {
    return new AppView.Approval(
        shown.release(),
        shown.state(),
        shown.by(),
        shown.at(),
        shown.reason() == null ? null : redactor.redact(shown.reason()),
        shown.since(),
        shown.expiresAt(),
        shown.changes().stream().map(redactor::redact).toList(),
        shown.migrations().stream().map(redactor::redact).toList());
  }

  private static AppView.@Nullable Approval shown(ViewFacts facts, @Nullable Release before) {
    DeploymentRecord record = facts.inFlight();
    if (record == null || Settlement.isOver(record)) {
      return refused(facts);
    }
    Decision decision = facts.memory().consent().of(record.deploymentId());
    Approval given = decision == null ? record.approval() : decision.approval();
    boolean asked = facts.settings().rules().approval() && record.waits();
    if (given == null && !(asked && record.kind() == DeploymentRecord.Kind.DEPLOY)) {
      return null;
    }
    Release release = facts.waiting();
    Instant since = since(record);
    Duration limit = facts.settings().rules().expires();
    return new AppView.Approval(
        record.release(),
        given == null ? "waiting" : given.state().text(),
        given == null ? null : given.by(),
        given == null ? null : given.at(),
        given == null ? null : given.reason(),
        since,
        given != null || limit == null || since == null ? null : since.plus(limit),
        release == null ? List.of() : shortened(Changes.between(before, release)),
        release == null ? List.of() : shortened(Changes.migrations(release)));
  }

  /** It ended, and nothing else is asked for since. */
  private static AppView.@Nullable Approval refused(ViewFacts facts) {
    Decision decision = facts.memory().consent().decision();
    AppView.Named desired = facts.desired();
    if (decision == null
        || decision.approval().state() == State.APPROVED
        || desired == null
        || !decision.release().equals(desired.release())
        || !facts.memory().quarantined().containsKey(decision.release())) {
      return null;
    }
    Approval given = decision.approval();
    return new AppView.Approval(
        decision.release(),
        given.state().text(),
        given.by(),
        given.at(),
        given.reason(),
        null,
        null,
        List.of(),
        List.of());
  }

  private static @Nullable Instant since(DeploymentRecord record) {
    return record.steps().stream()
        .filter(step -> step.step().equals(Stage.APPROVE.text()))
        .map(StepRecord::startedAt)
        .findFirst()
        .orElse(null);
  }

  private static List<String> shortened(List<String> lines) {
    if (lines.size() <= MOST_CHANGES) {
      return lines;
    }
    List<String> most = new ArrayList<>(lines.subList(0, MOST_CHANGES));
    most.add("and " + (lines.size() - MOST_CHANGES) + " more: `holdfast diff` shows all");
    return most;
  }
}
