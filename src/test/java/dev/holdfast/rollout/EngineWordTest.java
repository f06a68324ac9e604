package dev.holdfast.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Checkup;
import dev.holdfast.model.ContainerBuilder;
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

/** What the engine's healthcheck is worth: F67, F68, and the deadline of an image's own. */
class EngineWordTest {
  private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");
  private static final Answer NONE = new Answer.NotAsked();
  private static final Answer YES = new Answer.Yes();
  private static final Answer NO = new Answer.No("exit status 1");
  private static final Probe PROBE =
      new Probe(
          new Probe.Check.Tcp(80),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          5,
          Duration.ofSeconds(30),
          1);

  /** Every 10 s with 5 s for an answer, three tries. */
  private static Checkup checkup(Duration startPeriod, Checkup.Run... runs) {
    return new Checkup(
        List.of("check"),
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        startPeriod,
        3,
        List.of(runs));
  }

  private static Checkup.Run run(int second, int code, String output) {
    return new Checkup.Run(START.plusSeconds(second), code, output);
  }

  private static Sample at(int second, Health health, @Nullable Checkup checkup, Answer stoodIn) {
    return at(second, health, checkup, NONE, stoodIn);
  }

  private static Sample at(
      int second, Health health, @Nullable Checkup checkup, Answer answer, Answer stoodIn) {
    ContainerBuilder container =
        ContainerBuilder.of("c1", "shop", "api").started(START).health(health);
    return new Sample(START.plusSeconds(second), container.build(), answer, checkup, stoodIn);
  }

  private static Decision decide(@Nullable Probe probe, Sample... samples) {
    return HealthDecision.of(new Expectation(START, false, false, probe, null), List.of(samples));
  }

  @ParameterizedTest
  @CsvSource({"0, 45, false", "0, 46, true", "30, 75, false", "30, 76, true"})
  void itsWordIsOldAfterThreeRunsThatDidNotCome(int lastRun, int now, boolean frozen) {
    Checkup known =
        lastRun == 0 ? checkup(Duration.ZERO) : checkup(Duration.ZERO, run(lastRun, 0, ""));

    assertThat(known.isFrozen(START, START.plusSeconds(now))).isEqualTo(frozen);
  }

  @Test
  void runsOfAnEarlierLifeDoNotMakeALaterOneLookFrozen() {
    Checkup known = checkup(Duration.ZERO, run(-600, 0, ""));

    assertThat(known.isFrozen(START, START.plusSeconds(5))).isFalse();
  }

  @Test
  void F67_aFrozenYesIsNoneUntilTheSameCommandPassesForTheAgent() {
    Checkup old = checkup(Duration.ZERO, run(0, 0, "ok"));

    assertThat(decide(null, at(20, Health.HEALTHY, old, NONE)))
        .isInstanceOf(Decision.Healthy.class);
    assertThat(decide(null, at(60, Health.HEALTHY, old, NONE)))
        .isInstanceOf(Decision.Waiting.class);
    assertThat(decide(null, at(60, Health.HEALTHY, old, YES))).isInstanceOf(Decision.Healthy.class);
  }

  @Test
  void F67_aFrozenHealthIsJudgedByTheAgentsOwnTries() {
    Checkup old = checkup(Duration.ZERO, run(0, 0, "ok"));
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      samples.add(at(47 + 5 * i, Health.STARTING, old, NO));
      assertThat(decide(null, samples.toArray(Sample[]::new))).isInstanceOf(Decision.Waiting.class);
    }
    samples.add(at(57, Health.STARTING, old, NO));

    assertThat(decide(null, samples.toArray(Sample[]::new)))
        .isEqualTo(
            new Decision.Failed(
                "the engine has stopped running its healthcheck, and it fails when the agent runs"
                    + " it: exit status 1"));
  }

  @Test
  void F67_aFrozenYesDoesNotCoverWhatTurnsBadInTheWatch() {
    Checkup old = checkup(Duration.ZERO, run(0, 0, "ok"));
    List<Sample> samples =
        List.of(
            at(30, Health.HEALTHY, old, NONE),
            at(50, Health.HEALTHY, old, NO),
            at(60, Health.HEALTHY, old, NO),
            at(70, Health.HEALTHY, old, NO));

    assertThat(WatchDecision.of(null, false, Duration.ofSeconds(60), samples.subList(0, 3)))
        .isInstanceOf(Decision.Waiting.class);
    assertThat(WatchDecision.of(null, false, Duration.ofSeconds(60), samples))
        .isInstanceOf(Decision.Failed.class);
  }

  @Test
  void F68_anEngineThatCannotRunTheCheckCondemnsNobody() {
    String broken = "OCI runtime exec failed: exec failed: cannot exec in a stopped state";
    Checkup mute =
        checkup(Duration.ZERO, run(10, -1, broken), run(20, -1, broken), run(30, -1, broken));

    assertThat(decide(null, at(31, Health.UNHEALTHY, mute, NONE)))
        .isInstanceOf(Decision.Waiting.class);
    assertThat(decide(null, at(31, Health.STARTING, mute, NONE)))
        .isEqualTo(
            new Decision.Waiting(
                "its healthcheck has not passed yet; the engine cannot run it: " + broken));
    assertThat(decide(null, at(31, Health.STARTING, checkup(Duration.ZERO), NONE)))
        .isEqualTo(new Decision.Waiting("its healthcheck has not passed yet"));
    assertThat(decide(PROBE, at(31, Health.UNHEALTHY, mute, YES, NONE)))
        .isEqualTo(new Decision.Healthy("its probe passes"));
    assertThat(decide(null, at(76, Health.UNHEALTHY, withRun(mute, 76, broken), NONE)))
        .isInstanceOf(Decision.Undecidable.class);
  }

  @Test
  void ofWhatACheckSaidTheFirstLineIsEnough() {
    String longest = "x".repeat(200);
    assertThat(failure("")).isEqualTo("its healthcheck fails");
    assertThat(failure("\nrefused\nmore")).isEqualTo("its healthcheck fails");
    assertThat(failure(" refused \nmore")).isEqualTo("its healthcheck fails: refused");
    assertThat(failure(longest)).isEqualTo("its healthcheck fails: " + longest);
    assertThat(failure(longest + "y")).isEqualTo("its healthcheck fails: " + longest + "…");
  }

  private static String failure(String output) {
    Checkup no = checkup(Duration.ZERO, run(10, 1, output), run(20, 1, output), run(30, 1, output));
    Decision decision = decide(null, at(31, Health.UNHEALTHY, no, NONE));
    return ((Decision.Failed) decision).reason();
  }

  private static Checkup withRun(Checkup checkup, int second, String output) {
    return checkup(
        Duration.ZERO,
        run(second - 20, -1, output),
        run(second - 10, -1, output),
        run(second, -1, output));
  }

  @Test
  void aCheckThatTheImageDoesNotHaveIsTheImagesFault() {
    String missing = "OCI runtime exec failed: exec: \"curl\": executable file not found in $PATH";
    Checkup none = withRun(checkup(Duration.ZERO), 76, missing);

    assertThat(decide(null, at(76, Health.UNHEALTHY, none, NONE)))
        .isEqualTo(
            new Decision.Failed(
                "not healthy within 76 s: the engine cannot run its healthcheck: " + missing));
  }

  @Test
  void aCheckThatIsTooLateIsANoLikeAnyOther() {
    Checkup late =
        checkup(
            Duration.ZERO,
            run(10, -1, "Health check exceeded timeout (5s)"),
            run(25, -1, "Health check exceeded timeout (5s)"),
            run(40, -1, "Health check exceeded timeout (5s)"));

    assertThat(decide(null, at(41, Health.UNHEALTHY, late, NONE)))
        .isEqualTo(
            new Decision.Failed("its healthcheck fails: Health check exceeded timeout (5s)"));
  }

  @Test
  void theImagesOwnHealthcheckHasTheTimeForAllItsTries() {
    Checkup slow = checkup(Duration.ofMinutes(20), run(1195, 1, "not yet"));
    int longest = 20 * 60 + 3 * 15 + 30;

    assertThat(decide(null, at(1200, Health.STARTING, slow, NONE)))
        .isInstanceOf(Decision.Waiting.class);
    Checkup goesOn = checkup(Duration.ofMinutes(20), run(longest, 1, "not yet"));
    assertThat(decide(null, at(longest, Health.STARTING, goesOn, NONE)))
        .isInstanceOf(Decision.Waiting.class);
    assertThat(decide(null, at(longest + 1, Health.STARTING, goesOn, NONE)))
        .isInstanceOf(Decision.Failed.class);
  }

  @Test
  void aLifeThatBeganLateHasItsOwnStartPeriodAndOnlyOnce() {
    Checkup check = checkup(Duration.ofMinutes(1), run(200, 1, ""));
    // 60 s to start, three times 15 s, and 30 s more
    Expectation expected = new Expectation(START, false, false, null, null);

    assertThat(expected.startingDeadline(check, START.plusSeconds(100)))
        .isEqualTo(START.plusSeconds(100 + 135));
    assertThat(expected.startingDeadline(check, START.plusSeconds(1000)))
        .isEqualTo(START.plusSeconds(2 * 135));
  }

  @Test
  void whatIsOutOfRestartsFailsAtOnce() {
    ContainerBuilder over =
        ContainerBuilder.of("c1", "shop", "api").started(START).restarts(3).exited(1);

    assertThat(decide(PROBE, new Sample(START.plusSeconds(1), over.build(), NONE)))
        .isEqualTo(new Decision.Failed("it ended with exit status 1"));
    assertThat(
            decide(
                PROBE,
                new Sample(START.plusSeconds(1), over.state(State.RESTARTING).build(), NONE)))
        .isInstanceOf(Decision.Waiting.class);
  }
}
