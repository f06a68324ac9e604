package dev.holdfast.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.ContainerBuilder;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.Health;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.Probe;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HealthDecisionTest {
  private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");
  private static final Answer NONE = new Answer.NotAsked();
  private static final Answer YES = new Answer.Yes();
  private static final Answer NO = new Answer.No("status 503");
  private static final Answer UNASKED = new Answer.Unasked("no route");

  private static Probe probe(int retries, int startPeriod, int successes) {
    return new Probe(
        new Probe.Check.Tcp(80),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        retries,
        Duration.ofSeconds(startPeriod),
        successes);
  }

  private static Expectation expecting(@Nullable Probe probe) {
    return new Expectation(START, false, false, probe, null);
  }

  private static ContainerBuilder container() {
    return ContainerBuilder.of("c1", "shop", "api").started(START);
  }

  private static Sample at(int second, ContainerBuilder container, Answer answer) {
    return new Sample(START.plusSeconds(second), container.build(), answer);
  }

  private static Decision decide(Expectation expected, Sample... samples) {
    return HealthDecision.of(expected, List.of(samples));
  }

  private static Decision answered(Probe probe, Answer... answers) {
    List<Sample> samples = new ArrayList<>();
    for (Answer answer : answers) {
      samples.add(at(2 * samples.size(), container(), answer));
    }
    return HealthDecision.of(expecting(probe), samples);
  }

  @ParameterizedTest
  @CsvSource({"0, Waiting", "4, Waiting", "5, Healthy", "6, Healthy"})
  void withNeitherProbeNorHealthcheckFiveSecondsOfRunningWillDo(int second, String expected) {
    assertThat(decide(expecting(null), at(second, container(), NONE)).getClass().getSimpleName())
        .isEqualTo(expected);
  }

  @Test
  void aRestartBeginsTheFiveSecondsAnew() {
    ContainerBuilder restarted = container().restarts(1).started(START.plusSeconds(10));

    assertThat(decide(expecting(null), at(14, restarted, NONE)))
        .isInstanceOf(Decision.Waiting.class);
    assertThat(decide(expecting(null), at(15, restarted, NONE)))
        .isInstanceOf(Decision.Healthy.class);
  }

  @Test
  void whatIsGoneHasFailed() {
    assertThat(decide(expecting(null), new Sample(START, null, NONE)))
        .isInstanceOf(Decision.Failed.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0, false, false, Failed",
    "0, true, false, Healthy",
    "0, false, true, Healthy",
    "1, true, true, Failed",
    "137, true, true, Failed"
  })
  void whatHasEndedIsWellOnlyWhereItWasMeantToEnd(
      int code, boolean must, boolean may, String expected) {
    Expectation expectation = new Expectation(START, must, may, null, null);

    assertThat(
            decide(expectation, at(1, container().exited(code), NONE)).getClass().getSimpleName())
        .isEqualTo(expected);
  }

  @Test
  void anUnknownExitStatusIsNotZero() {
    Decision decision =
        decide(
            new Expectation(START, true, true, null, null), at(1, container().exited(null), NONE));

    assertThat(decision).isEqualTo(new Decision.Failed("it ended with an unknown exit status"));
  }

  @Test
  void saysThatMemoryRanOut() {
    assertThat(HealthDecision.exitText(container().exited(137).outOfMemory().build()))
        .isEqualTo("it ended with exit status 137 (out of memory)");
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATED", "PAUSED", "RESTARTING"})
  void whatDoesNotRunYetIsWaitedForUntilTheDeadline(State state) {
    ContainerBuilder idle = container().state(state);

    assertThat(decide(expecting(null), at(30, idle, NONE))).isInstanceOf(Decision.Waiting.class);
    assertThat(decide(expecting(null), at(31, idle, NONE))).isInstanceOf(Decision.Failed.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"DEAD", "REMOVING"})
  void whatIsBeingRemovedHasFailed(State state) {
    assertThat(decide(expecting(null), at(1, container().state(state), NONE)))
        .isInstanceOf(Decision.Failed.class);
  }

  @Test
  void whatMustCompleteIsNotHealthyWhileItRuns() {
    Expectation must = new Expectation(START, true, true, null, null);

    assertThat(decide(must, at(1800, container(), NONE))).isInstanceOf(Decision.Waiting.class);
    assertThat(decide(must, at(1801, container(), NONE))).isInstanceOf(Decision.Failed.class);
  }

  @Test
  void theEnginesNoDecidesAtOnce() {
    assertThat(answeredWithHealth(Health.UNHEALTHY, YES)).isInstanceOf(Decision.Failed.class);
  }

  @Test
  void theEnginesYesIsOnlyHalfWhereThereIsAProbe() {
    assertThat(answeredWithHealth(Health.HEALTHY, NO)).isInstanceOf(Decision.Waiting.class);
    assertThat(answeredWithHealth(Health.HEALTHY, YES)).isInstanceOf(Decision.Healthy.class);
    assertThat(answeredWithHealth(Health.STARTING, YES)).isInstanceOf(Decision.Waiting.class);
  }

  private static Decision answeredWithHealth(Health health, Answer answer) {
    return decide(expecting(probe(5, 30, 1)), at(1, container().health(health), answer));
  }

  @Test
  void theEnginesStartingHasItsOwnLimitBecauseItCanFreeze() {
    ContainerBuilder starting = container().health(Health.STARTING);

    assertThat(decide(expecting(null), at(600, starting, NONE)))
        .isInstanceOf(Decision.Waiting.class);
    assertThat(decide(expecting(null), at(601, starting, NONE)))
        .isInstanceOf(Decision.Failed.class);
  }

  @Test
  void aProbeMustPassSoManyTimesInARow() {
    Probe probe = probe(5, 0, 3);

    assertThat(answered(probe, YES, YES)).isInstanceOf(Decision.Waiting.class);
    assertThat(answered(probe, YES, YES, YES)).isInstanceOf(Decision.Healthy.class);
    assertThat(answered(probe, YES, YES, NO, YES, YES)).isInstanceOf(Decision.Waiting.class);
    assertThat(answered(probe, YES, UNASKED, YES, NONE, YES)).isInstanceOf(Decision.Healthy.class);
  }

  @Test
  void aProbeFailsOnceItRefusedSoManyTimesInARow() {
    Probe probe = probe(3, 0, 1);

    assertThat(answered(probe, NO, NO)).isInstanceOf(Decision.Waiting.class);
    assertThat(answered(probe, NO, NO, NO))
        .isEqualTo(new Decision.Failed("its probe fails: status 503"));
    assertThat(answered(probe(3, 0, 9), NO, NO, YES, NO, NO)).isInstanceOf(Decision.Waiting.class);
    assertThat(answered(probe, NO, UNASKED, NO)).isInstanceOf(Decision.Waiting.class);
  }

  @Test
  void refusalsWithinTheStartPeriodDoNotCount() {
    Probe probe = probe(1, 10, 1);

    assertThat(decide(expecting(probe), at(9, container(), NO)))
        .isInstanceOf(Decision.Waiting.class);
    assertThat(decide(expecting(probe), at(10, container(), NO)))
        .isInstanceOf(Decision.Failed.class);
  }

  @Test
  void aProbeThatCannotBePutSaysNothingUntilTheDeadline() {
    Probe probe = probe(1, 0, 1);

    assertThat(answered(probe, UNASKED, UNASKED, UNASKED)).isInstanceOf(Decision.Waiting.class);
    assertThat(decide(expecting(probe), at(38, container(), UNASKED)))
        .isEqualTo(new Decision.Failed("not healthy within 38 s: it cannot be probed: no route"));
  }

  @Test
  void answersOfAnEarlierLifeDoNotCount() {
    Probe probe = probe(2, 0, 2);
    ContainerBuilder second = container().restarts(1).started(START.plusSeconds(3));
    ContainerBuilder other = ContainerBuilder.of("c2", "shop", "api").started(START);

    assertThat(decide(expecting(probe), at(1, container(), YES), at(4, second, YES)))
        .isInstanceOf(Decision.Waiting.class);
    assertThat(decide(expecting(probe), at(1, container(), NO), at(4, second, NO)))
        .isInstanceOf(Decision.Waiting.class);
    assertThat(decide(expecting(probe), at(1, other, NO), at(4, container(), NO)))
        .isInstanceOf(Decision.Waiting.class);
  }

  @Test
  void aProbeHasTheTimeForAllItsTries() {
    assertThat(expecting(probe(5, 30, 1)).deadline()).isEqualTo(START.plusSeconds(30 + 5 * 7 + 30));
    assertThat(expecting(probe(5, 30, 20)).deadline())
        .isEqualTo(START.plusSeconds(30 + 24 * 7 + 30));
  }

  @Test
  void aHealthcheckHasTheTimeForAllItsTries() {
    Healthcheck check =
        new Healthcheck(
            null, Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofMinutes(20), null, 4);
    Healthcheck plain = new Healthcheck(null, null, null, null, null, null);
    Healthcheck off = new Healthcheck(List.of("NONE"), null, null, Duration.ofHours(1), null, null);

    assertThat(new Expectation(START, false, false, null, check).deadline())
        .isEqualTo(START.plusSeconds(1200 + 60 + 30));
    assertThat(new Expectation(START, false, false, null, plain).deadline())
        .isEqualTo(START.plusSeconds(180 + 30));
    assertThat(new Expectation(START, false, false, null, off).deadline())
        .isEqualTo(START.plusSeconds(30));
  }

  @Test
  void theLaterOfAllLimitsHolds() {
    Healthcheck check =
        new Healthcheck(null, Duration.ofSeconds(1), Duration.ofSeconds(1), null, null, 1);
    ObservedContainer running = container().health(Health.HEALTHY).build();
    Expectation both = new Expectation(START, false, false, probe(5, 30, 1), check);

    assertThat(HealthDecision.of(both, List.of(new Sample(START.plusSeconds(95), running, NO))))
        .isInstanceOf(Decision.Waiting.class);
    assertThat(HealthDecision.of(both, List.of(new Sample(START.plusSeconds(96), running, NO))))
        .isInstanceOf(Decision.Failed.class);
  }
}
