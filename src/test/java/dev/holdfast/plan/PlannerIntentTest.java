package dev.holdfast.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.Memory;
import dev.holdfast.model.RecordBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlannerIntentTest {
  private static final Instant NOW = RecordBuilder.AT;
  private static final Memory GOOD =
      Memory.EMPTY.confirm(new Memory.Confirmed("good", null, null, null, NOW), 3);
  private static final Memory.Hold HOLD = new Memory.Hold("why", "ann", NOW);

  private static Intent intent(@Nullable String desired, Memory memory) {
    return Planner.intent(desired, memory, null, NOW);
  }

  private static Memory.Quarantine quarantine(String release, @Nullable Instant retryAt) {
    return new Memory.Quarantine(release, "d", "it failed", NOW, 1, retryAt);
  }

  @Test
  void whatIsNotKnownChangesNothing() {
    assertThat(intent(null, Memory.EMPTY)).isEqualTo(new Intent.Nothing(null));
    assertThat(intent(null, GOOD)).isEqualTo(new Intent.Keep("good"));
  }

  @Test
  void anotherDesiredReleaseIsDeployedAndTheSameKept() {
    assertThat(intent("new", Memory.EMPTY))
        .isEqualTo(new Intent.Deploy("new", Kind.DEPLOY, "it is the first"));
    assertThat(intent("new", GOOD))
        .isEqualTo(new Intent.Deploy("new", Kind.DEPLOY, "the desired state changed"));
    assertThat(intent("good", GOOD)).isEqualTo(new Intent.Keep("good"));
  }

  @Test
  void quarantineKeepsTheLastGoodUntilItIsOver() {
    assertThat(intent("new", GOOD.quarantine(quarantine("new", null))))
        .isEqualTo(new Intent.Keep("good"));
    assertThat(intent("new", GOOD.quarantine(quarantine("new", NOW.plusNanos(1)))))
        .isEqualTo(new Intent.Keep("good"));
    assertThat(intent("new", GOOD.quarantine(quarantine("new", NOW))))
        .isInstanceOf(Intent.Deploy.class);
    assertThat(intent("newer", GOOD.quarantine(quarantine("new", null))))
        .isInstanceOf(Intent.Deploy.class);
    assertThat(intent("new", Memory.EMPTY.quarantine(quarantine("new", null))))
        .isEqualTo(new Intent.Nothing(null));
    assertThat(intent("new", GOOD.quarantine(quarantine("new", null)).release("new")))
        .isInstanceOf(Intent.Deploy.class);
  }

  @Test
  void theLastGoodReleaseIsKeptEvenFromQuarantine() {
    assertThat(intent("good", GOOD.quarantine(quarantine("good", null))))
        .isEqualTo(new Intent.Keep("good"));
  }

  @Test
  void heldIsLeftAlone() {
    assertThat(intent("new", GOOD.withHold(HOLD))).isEqualTo(new Intent.LeaveAlone());
    assertThat(intent("good", GOOD.withHold(HOLD))).isEqualTo(new Intent.LeaveAlone());
    assertThat(intent(null, Memory.EMPTY.withHold(HOLD))).isEqualTo(new Intent.LeaveAlone());
  }

  @Test
  void theRollbackThatAPersonAskedForGoesBeforeTheHoldThatComesWithIt() {
    Memory asked = GOOD.withPinned("old").withHold(HOLD);

    assertThat(intent("new", asked))
        .isEqualTo(new Intent.Deploy("old", Kind.ROLLBACK, "a person asked for it"));
    assertThat(intent(null, asked)).isInstanceOf(Intent.Deploy.class);
    assertThat(intent("new", asked.withPinned("good"))).isEqualTo(new Intent.LeaveAlone());
    assertThat(intent("new", asked.quarantine(quarantine("old", null))))
        .isEqualTo(new Intent.LeaveAlone());
  }

  @Test
  void aDeploymentInFlightGoesFirst() {
    DeploymentRecord touched = RecordBuilder.to("a").began().build();
    DeploymentRecord back = RecordBuilder.to("a").back().build();
    DeploymentRecord untouched = RecordBuilder.to("a").build();

    assertThat(Planner.intent("b", GOOD, touched, NOW)).isEqualTo(new Intent.CarryOn(touched));
    assertThat(Planner.intent("b", GOOD, back, NOW)).isEqualTo(new Intent.CarryOn(back));
    assertThat(Planner.intent("a", GOOD, untouched, NOW)).isEqualTo(new Intent.CarryOn(untouched));
    assertThat(Planner.intent(null, GOOD, untouched, NOW)).isEqualTo(new Intent.CarryOn(untouched));
    assertThat(Planner.intent("b", GOOD.withHold(HOLD), touched, NOW))
        .isEqualTo(new Intent.CarryOn(touched));
  }

  @Test
  void onlyWhatTouchedNothingAndNobodyAskedForGivesWay() {
    DeploymentRecord untouched = RecordBuilder.to("a").build();
    DeploymentRecord asked = RecordBuilder.to("a").kind(Kind.ROLLBACK).build();

    assertThat(Planner.intent("b", GOOD, untouched, NOW))
        .isEqualTo(new Intent.Supersede(untouched, "b"));
    assertThat(Planner.intent("b", GOOD, asked, NOW)).isEqualTo(new Intent.CarryOn(asked));
  }

  /** It has touched nothing: a person's wish and a newer release go before it. */
  @Test
  void whatWaitsGivesWayToARollbackAndStaysWhereItIsWhileTheAppIsHeld() {
    DeploymentRecord waiting =
        RecordBuilder.to("a")
            .steps(
                new StepRecord(
                    "approve", null, RecordBuilder.AT, null, StepStatus.RUNNING, "waits"))
            .build();
    DeploymentRecord pulling =
        RecordBuilder.to("a")
            .steps(new StepRecord("pull", null, RecordBuilder.AT, null, StepStatus.RUNNING, null))
            .build();
    Memory held = GOOD.withHold(HOLD);

    assertThat(Planner.intent("a", GOOD, waiting, NOW)).isEqualTo(new Intent.CarryOn(waiting));
    assertThat(Planner.intent(null, GOOD, waiting, NOW)).isEqualTo(new Intent.CarryOn(waiting));
    assertThat(Planner.intent("b", held, waiting, NOW))
        .isEqualTo(new Intent.Supersede(waiting, "b"));
    assertThat(Planner.intent("a", held, waiting, NOW)).isEqualTo(new Intent.LeaveAlone());
    assertThat(Planner.intent("a", held.withPinned("old"), waiting, NOW))
        .isEqualTo(new Intent.Supersede(waiting, "old"));
    assertThat(Planner.intent("a", held.withPinned("old"), pulling, NOW))
        .as("one that has begun is carried on")
        .isEqualTo(new Intent.CarryOn(pulling));
  }
}
