package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Checkup.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** F39: an engine that has stopped asking, and one that cannot ask. */
class CheckupTest {
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  private static Checkup every(int interval, int timeout, Run... runs) {
    return new Checkup(
        List.of("CMD", "true"),
        Duration.ofSeconds(interval),
        Duration.ofSeconds(timeout),
        Duration.ofSeconds(7),
        3,
        Arrays.asList(runs));
  }

  private static Run run(int second, int exitCode, String output) {
    return new Run(START.plusSeconds(second), exitCode, output);
  }

  private static Instant at(int second) {
    return START.plusSeconds(second);
  }

  @Test
  void anEngineThatIsSlowIsNotTakenForOneThatHasStoppedAsking() {
    Checkup checkup = every(5, 5, run(10, 0, ""));
    assertThat(checkup.isFrozen(START, at(40))).isFalse();
    assertThat(checkup.isFrozen(START, at(41))).isTrue();
  }

  @Test
  void evenTheQuickestCheckHasTenSeconds() {
    Checkup checkup = every(1, 1);
    assertThat(checkup.isFrozen(START, at(10))).isFalse();
    assertThat(checkup.isFrozen(START, at(11))).isTrue();
  }

  @Test
  void runsOfTheLifeBeforeSayNothingOfThisOne() {
    Checkup checkup = every(5, 5, run(10, 0, ""));
    assertThat(checkup.isFrozen(at(100), at(130))).isFalse();
    assertThat(checkup.isFrozen(at(100), at(131))).isTrue();
  }

  @Test
  void whatNeverStartedIsNotFrozen() {
    assertThat(every(1, 1).isFrozen(null, at(9999))).isFalse();
  }

  @Test
  void aCheckThatFailsOrIsGivenUpIsAnAnswerOfTheService() {
    assertThat(every(1, 1, run(1, 1, "no"), run(2, 1, "no"), run(3, 1, "no")).cannotRun()).isNull();
    assertThat(every(1, 1, run(1, 0, "well")).cannotRun()).isNull();
    assertThat(every(1, 1, run(1, -1, "Health check exceeded timeout (1s)")).cannotRun()).isNull();
  }

  @Test
  void theEnginesTroubleIsToldInItsOwnWords() {
    Checkup checkup = every(1, 1, run(1, 0, ""), run(2, -1, " no space left \nmore"));
    assertThat(checkup.cannotRun()).isNull();
    Checkup after =
        every(1, 1, run(1, 0, ""), run(2, -1, "x"), run(3, -1, "x"), run(4, -1, " no space \nand"));
    assertThat(after.cannotRun()).isEqualTo("no space");
    assertThat(after.isEnginesTrouble()).isTrue();
  }

  @Test
  void aCommandThatTheImageLacksIsNotTheEnginesTrouble() {
    Checkup checkup = every(1, 1, run(1, -1, "exec: \"curl\": not found"));
    assertThat(checkup.cannotRun()).isNotNull();
    assertThat(checkup.isEnginesTrouble()).isFalse();
  }

  @Test
  void theVerdictComesAfterItsStartPeriodAndAllRetries() {
    assertThat(every(5, 2).longest()).isEqualTo(Duration.ofSeconds(7 + 3 * (5 + 2)));
  }
}
