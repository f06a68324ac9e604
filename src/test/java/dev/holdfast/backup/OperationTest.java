package dev.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.backup.Operation.Kind;
import dev.holdfast.backup.Operation.Phase;
import dev.holdfast.backup.Operation.Stopped;
import dev.holdfast.model.RestartPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is remembered of a request from one life to the next. */
class OperationTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final RestartPolicy ALWAYS = new RestartPolicy(RestartPolicy.Name.ALWAYS, 0);
  private static final Operation ASKED =
      new Operation("id", Kind.RESTORE, "from", List.of("rows"), true, "ann", NOON);

  private static Stopped stopped(String container, RestartPolicy restart) {
    return new Stopped(container, "api", restart);
  }

  /** A second look sees it stopped, with the policy that stopping gave it: the first one counts. */
  @Test
  void whatWasStoppedAlreadyKeepsTheFirstThatIsKnownOfIt() {
    Operation once = ASKED.stopping(List.of(stopped("a", ALWAYS)));
    Operation twice =
        once.stopping(List.of(stopped("a", RestartPolicy.NO), stopped("b", RestartPolicy.NO)));
    assertThat(twice.stopped())
        .containsExactly(stopped("a", ALWAYS), stopped("b", RestartPolicy.NO));
  }

  @Test
  void triesAreCountedWithinAPhaseAndAnewInTheNext() {
    Operation begun = ASKED.at(Phase.BEGUN);
    Operation twice = begun.tried("no answer").tried("no room");
    assertThat(begun.stuck()).isFalse();
    assertThat(twice.stuck()).isTrue();
    assertThat(twice.tries()).isEqualTo(2);
    assertThat(twice.message()).isEqualTo("no room");
    assertThat(twice.at(Phase.RESTORED).tries()).isZero();
    assertThat(twice.at(Phase.RESTORED).stuck()).isFalse();
    assertThat(twice.ended(Phase.FAILED, NOON, "in vain").tries()).isEqualTo(2);
    assertThat(twice.ended(Phase.FAILED, NOON, "in vain").stuck()).isFalse();
  }

  @Test
  void onlyWhatHasNotBegunIsEverTooOld() {
    Instant late = NOON.plus(Duration.ofMinutes(15));
    assertThat(ASKED.expired(late)).isFalse();
    assertThat(ASKED.expired(late.plusNanos(1))).isTrue();
    assertThat(ASKED.at(Phase.PREPARING).expired(late.plusNanos(1))).isFalse();
  }
}
