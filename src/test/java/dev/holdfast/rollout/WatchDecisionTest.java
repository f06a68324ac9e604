package dev.holdfast.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.ContainerBuilder;
import dev.holdfast.model.ObservedContainer.Health;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.Probe;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WatchDecisionTest {
  private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");
  private static final Duration WATCH = Duration.ofSeconds(30);
  private static final Probe PROBE =
      new Probe(
          new Probe.Check.Tcp(80),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          3,
          Duration.ofSeconds(30),
          1);
  private static final Answer NONE = new Answer.NotAsked();
  private static final Answer YES = new Answer.Yes();
  private static final Answer NO = new Answer.No("status 503");
  private static final Answer UNASKED = new Answer.Unasked("no route");

  private static ContainerBuilder container() {
    return ContainerBuilder.of("c1", "shop", "api").started(START.minusSeconds(20));
  }

  private static Sample at(int second, ContainerBuilder container) {
    return new Sample(START.plusSeconds(second), container.build(), NONE);
  }

  private static Decision plain(Sample... samples) {
    return WatchDecision.of(null, false, WATCH, List.of(samples));
  }

  private static Decision answered(int seconds, Answer... answers) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < answers.length; i++) {
      int second = answers.length == 1 ? 0 : seconds * i / (answers.length - 1);
      samples.add(new Sample(START.plusSeconds(second), container().build(), answers[i]));
    }
    return WatchDecision.of(PROBE, false, WATCH, samples);
  }

  @ParameterizedTest
  @CsvSource({"0, Waiting", "29, Waiting", "30, Healthy", "31, Healthy"})
  void whatStaysHealthyForTheWholeWatchIsHealthy(int second, String expected) {
    assertThat(plain(at(0, container()), at(second, container())).getClass().getSimpleName())
        .isEqualTo(expected);
  }

  @Test
  void noWatchIsOverAtOnce() {
    assertThat(WatchDecision.of(null, false, Duration.ZERO, List.of(at(0, container()))))
        .isInstanceOf(Decision.Healthy.class);
  }

  @Test
  void whatIsGoneRestartsEndsOrIsReplacedHasFailed() {
    ContainerBuilder other =
        ContainerBuilder.of("c2", "shop", "api").started(START.minusSeconds(20));

    assertThat(plain(at(0, container()), new Sample(START.plusSeconds(30), null, NONE)))
        .isInstanceOf(Decision.Failed.class);
    assertThat(plain(at(0, container()), at(30, container().restarts(1))))
        .isInstanceOf(Decision.Failed.class);
    assertThat(plain(at(0, container()), at(30, container().started(START))))
        .isInstanceOf(Decision.Failed.class);
    assertThat(plain(at(0, container()), at(30, other))).isInstanceOf(Decision.Failed.class);
    assertThat(plain(at(0, container()), at(30, container().exited(0))))
        .isInstanceOf(Decision.Failed.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATED", "PAUSED", "RESTARTING", "REMOVING", "DEAD"})
  void whatDoesNotRunHasFailed(State state) {
    assertThat(plain(at(0, container()), at(1, container().state(state))))
        .isInstanceOf(Decision.Failed.class);
  }

  @ParameterizedTest
  @CsvSource({"0, Healthy", "1, Failed"})
  void aOneShotMayEndWell(int code, String expected) {
    Decision decision =
        WatchDecision.of(
            null, true, WATCH, List.of(at(0, container()), at(1, container().exited(code))));

    assertThat(decision.getClass().getSimpleName()).isEqualTo(expected);
  }

  @Test
  void theEnginesUnhealthyFails() {
    assertThat(
            plain(
                at(0, container().health(Health.HEALTHY)),
                at(1, container().health(Health.UNHEALTHY))))
        .isEqualTo(new Decision.Failed("its healthcheck fails"));
  }

  @Test
  void soManyRefusalsInARowFail() {
    assertThat(answered(10, NO, NO)).isInstanceOf(Decision.Waiting.class);
    assertThat(answered(10, NO, NO, NO))
        .isEqualTo(new Decision.Failed("its probe fails: status 503"));
    assertThat(answered(10, NO, NO, YES, NO, NO)).isInstanceOf(Decision.Waiting.class);
    assertThat(answered(10, NO, UNASKED, NO, NONE, NO)).isInstanceOf(Decision.Failed.class);
  }

  @Test
  void passingAndFailingByTurnsFailsThoughNeverOftenInARow() {
    assertThat(answered(20, YES, NO, YES, NO, YES)).isInstanceOf(Decision.Waiting.class);
    assertThat(answered(20, YES, NO, YES, NO, NONE, YES, UNASKED, NO))
        .isEqualTo(
            new Decision.Failed(
                "its probe passed and failed by turns, 3 times while it was watched: status 503"));
    assertThat(answered(20, NO, YES, NO, YES, NO, YES)).isInstanceOf(Decision.Waiting.class);
  }

  @Test
  void isNotOverWhileTheLastAnswerWasNo() {
    assertThat(answered(60, YES, NO)).isInstanceOf(Decision.Waiting.class);
    assertThat(answered(60, YES, NO, YES)).isInstanceOf(Decision.Healthy.class);
  }

  @Test
  void aProbeThatCannotBePutHoldsNothingUpWhereItPassedLast() {
    assertThat(answered(30, YES, UNASKED, UNASKED)).isInstanceOf(Decision.Healthy.class);
  }

  @Test
  void waitingForAProbeThatCanNoLongerBePutHasAnEnd() {
    assertThat(answered(330, YES, NO, UNASKED)).isInstanceOf(Decision.Waiting.class);
    assertThat(answered(331, YES, NO, UNASKED)).isInstanceOf(Decision.Failed.class);
  }
}
