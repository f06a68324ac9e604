package dev.holdfast.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Approval;
import dev.holdfast.model.Approval.State;
import dev.holdfast.model.Consent;
import dev.holdfast.model.Consent.Decision;
import dev.holdfast.model.Consent.Leave;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.Passage;
import dev.holdfast.model.RecordBuilder;
import dev.holdfast.rollout.Clearance.AwaitsApproval;
import dev.holdfast.rollout.Clearance.AwaitsWindow;
import dev.holdfast.rollout.Clearance.Clear;
import dev.holdfast.rollout.Clearance.Refused;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClearanceTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final Timetable FROZEN =
      new Timetable(
          List.of(),
          List.of(
              new Timetable.Freeze(
                  NOW.minusSeconds(60), NOW.plusSeconds(3600), ZoneOffset.UTC, "a fair")));
  private static final Rules ASKS = new Rules(true, null, Timetable.ALWAYS, null);
  private static final Rules BOTH = new Rules(true, null, FROZEN, null);
  private static final Approval YES = new Approval(State.APPROVED, "alice", NOW, null);
  private static final Approval NO = new Approval(State.REJECTED, "bob", NOW, "not today");

  private static final DeploymentRecord RECORD = RecordBuilder.to("b").build();

  private static Consent said(Approval approval) {
    return Consent.NONE.with(
        new Decision(RECORD.deploymentId(), RECORD.release(), approval, false));
  }

  private static Clearance of(Rules rules, Consent consent) {
    return Clearance.of(rules, RECORD, consent, NOW);
  }

  @Test
  void whereNothingIsAskedForNothingIsWaitedFor() {
    assertThat(of(Rules.NONE, Consent.NONE)).isEqualTo(new Clear(null, null));
  }

  @Test
  void itWaitsUntilSomebodyApprovesThisVeryDeployment() {
    assertThat(of(ASKS, Consent.NONE)).isEqualTo(new AwaitsApproval(NOW, null));
    assertThat(of(ASKS, said(YES))).isEqualTo(new Clear(YES, null));
    Consent other = Consent.NONE.with(new Decision("another", RECORD.release(), YES, false));
    assertThat(of(ASKS, other)).isEqualTo(new AwaitsApproval(NOW, null));
  }

  @Test
  void anApprovalStaysWhileTheWindowIsClosed() {
    assertThat(of(BOTH, said(YES)))
        .isInstanceOfSatisfying(
            AwaitsWindow.class, waits -> assertThat(waits.approval()).isEqualTo(YES));
  }

  @Test
  void whatIsRejectedEndsEvenWhereApprovalIsNotAskedForAnyMore() {
    assertThat(of(BOTH, said(NO))).isEqualTo(new Refused(NO));
    assertThat(of(Rules.NONE, said(NO))).isEqualTo(new Refused(NO));
  }

  @Test
  void aLeaveLetsItsReleaseThroughAndNoOther() {
    Passage passage = new Passage("alice", NOW, "the shop is down");
    Rules frozen = new Rules(false, null, FROZEN, null);
    Consent mine = Consent.NONE.with(new Leave(RECORD.release(), passage));
    assertThat(of(frozen, mine)).isEqualTo(new Clear(null, passage));
    assertThat(of(frozen, Consent.NONE.with(new Leave("another", passage))))
        .isInstanceOf(AwaitsWindow.class);
    assertThat(of(frozen, Consent.NONE.with(new Leave(null, passage))))
        .isInstanceOf(AwaitsWindow.class);
    assertThat(of(BOTH, mine)).as("a leave is no approval").isInstanceOf(AwaitsApproval.class);
  }

  @Test
  void aWaitExpiresAtItsTimeAndNotBeforeItEvenIfTheClockIsSetBack() {
    Rules day = new Rules(true, Duration.ofHours(24), Timetable.ALWAYS, null);
    Instant since = NOW.minus(Duration.ofHours(23));
    DeploymentRecord waiting =
        RecordBuilder.to("b")
            .steps(new StepRecord("approve", null, since, null, StepStatus.RUNNING, "waits"))
            .build();
    Instant end = since.plus(Duration.ofHours(24));

    assertThat(Clearance.of(day, waiting, Consent.NONE, NOW))
        .isEqualTo(new AwaitsApproval(since, end));
    assertThat(Clearance.of(day, waiting, Consent.NONE, since.minusSeconds(9999)))
        .isEqualTo(new AwaitsApproval(since, end));
    assertThat(Clearance.of(day, waiting, Consent.NONE, end))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.approval().state()).isEqualTo(State.EXPIRED));
  }

  @Test
  void aLeaveIsBoundToWhatTheNextLookFindsAndEndsWithIt() {
    Consent asked = Consent.NONE.with(new Leave(null, new Passage("alice", NOW, "now")));
    Consent bound = asked.found("b", "a", NOW);
    assertThat(bound.passage("b")).isNotNull();
    assertThat(bound.found("b", "a", NOW.plusSeconds(1 << 20)).passage("b")).isNotNull();
    assertThat(bound.found("c", "a", NOW)).isEqualTo(Consent.NONE);
    assertThat(bound.found("b", "b", NOW)).isEqualTo(Consent.NONE);
    assertThat(asked.found(null, "a", NOW)).isEqualTo(asked);
    assertThat(asked.found("a", "a", NOW)).isEqualTo(Consent.NONE);
    assertThat(asked.found("b", "a", NOW.plus(Duration.ofHours(1)))).isEqualTo(Consent.NONE);
    assertThat(asked.found("b", "a", NOW.minusSeconds(1))).isEqualTo(Consent.NONE);
  }
}
