package dev.holdfast.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.DeploymentRecord.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DoraTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private final List<Change> changes = new ArrayList<>();
  private Instant clock = NOW.minus(Duration.ofDays(20));

  /** Each begins an hour after the one before, changes the app after 10 s and takes a minute. */
  private DoraTest add(String app, Kind kind, Status status, String release, String before) {
    return add(app, kind, status, release, before, clock.minusSeconds(3540));
  }

  private DoraTest add(
      String app, Kind kind, Status status, String release, String before, Instant committed) {
    changes.add(
        new Change(
            app,
            clock,
            clock.plusSeconds(60),
            kind,
            status,
            release,
            before,
            committed,
            clock.plusSeconds(10)));
    clock = clock.plusSeconds(3600);
    return this;
  }

  private DoraTest deploy(Status status, String release, String before) {
    return add("shop", Kind.DEPLOY, status, release, before);
  }

  private Dora month() {
    return Dora.of("shop", changes, 30, NOW);
  }

  @Test
  void withoutReleasesThereIsNoFigureAndNoDivisionByNothing() {
    assertThat(month()).isEqualTo(new Dora(30, "shop", 0, 0, null, 0, null, null, 0));
    assertThat(Dora.all(List.of(), NOW)).extracting(Dora::app).containsExactly(null, null);
  }

  @Test
  void confirmedReleasesAreCountedAndTheirLeadTimeIsTheMedianFromTheCommit() {
    add("shop", Kind.DEPLOY, Status.SUCCEEDED, "a", null, clock.minusSeconds(60));
    add("shop", Kind.DEPLOY, Status.SUCCEEDED, "b", "a", clock.minusSeconds(540));
    add("shop", Kind.DEPLOY, Status.SUCCEEDED, "c", "b", null);
    assertThat(month().deployments()).isEqualTo(3);
    assertThat(month().deploymentsPerWeek()).isEqualTo(0.7);
    assertThat(month().leadTimeSeconds()).as("of 120 s and 600 s").isEqualTo(360);
    add("shop", Kind.DEPLOY, Status.SUCCEEDED, "d", "c", clock.minusSeconds(9940));
    assertThat(month().leadTimeSeconds()).isEqualTo(600);
    assertThat(month().changeFailureRate()).isZero();
    assertThat(month().restoreSeconds()).isNull();
  }

  @Test
  void theMedianIsThatOfTheTimesInOrder() {
    add("shop", Kind.DEPLOY, Status.SUCCEEDED, "a", null, clock.minusSeconds(840));
    add("shop", Kind.DEPLOY, Status.SUCCEEDED, "b", "a", clock.minusSeconds(40));
    add("shop", Kind.DEPLOY, Status.SUCCEEDED, "c", "b", clock.minusSeconds(240));
    assertThat(month().leadTimeSeconds()).isEqualTo(300);
  }

  @Test
  void whatIsReadReachesBackBeyondTheLongestWindowByALongWait() {
    assertThat(Dora.since(NOW)).isEqualTo(NOW.minus(Duration.ofDays(120)));
  }

  @Test
  void goingBackFromAnotherReleaseIsNoFailureOfThisOne() {
    deploy(Status.SUCCEEDED, "a", null).deploy(Status.SUCCEEDED, "b", "a");
    add("shop", Kind.ROLLBACK, Status.SUCCEEDED, "a", "x");
    assertThat(month().failures()).isZero();
  }

  @Test
  void aClockThatWasSetBackMakesNoTimeNegative() {
    add("shop", Kind.DEPLOY, Status.SUCCEEDED, "a", null, clock.plusSeconds(9999));
    assertThat(month().leadTimeSeconds()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"FAILED", "SUPERSEDED"})
  void whatTouchedNothingCountsNowhere(Status status) {
    deploy(Status.SUCCEEDED, "a", null).deploy(status, "b", "a");
    assertThat(month().deployments()).isEqualTo(1);
    assertThat(month().failures()).isZero();
    assertThat(month().changeFailureRate()).isZero();
  }

  @Test
  void aReleaseThatIsRolledBackIsAFailureRestoredWhenTheOldOneIsBack() {
    deploy(Status.SUCCEEDED, "a", null).deploy(Status.ROLLED_BACK, "b", "a");
    assertThat(month().deployments()).isEqualTo(1);
    assertThat(month().failures()).isEqualTo(1);
    assertThat(month().changeFailureRate()).isEqualTo(0.5);
    assertThat(month().restoreSeconds()).isEqualTo(50);
    assertThat(month().unrestored()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"ROLLBACK_FAILED", "DEGRADED"})
  void whatIsNotWellIsRestoredByTheNextGoodReleaseOnly(Status status) {
    deploy(Status.SUCCEEDED, "a", null).deploy(status, "b", "a");
    assertThat(month().unrestored()).isEqualTo(1);
    assertThat(month().restoreSeconds()).isNull();
    deploy(Status.DEGRADED, "b2", "b");
    assertThat(month().unrestored()).as("one that is not well restores nothing").isEqualTo(2);
    changes.removeLast();
    clock = clock.minusSeconds(3600);
    deploy(Status.FAILED, "c", "b").deploy(Status.SUCCEEDED, "d", "b");
    assertThat(month().unrestored()).isZero();
    assertThat(month().restoreSeconds()).isEqualTo(2 * 3600 + 50);
    assertThat(month().failures()).isEqualTo(1);
  }

  @Test
  void aConfirmedReleaseThatAPersonWentBackFromIsAFailureUntilThatIsDone() {
    deploy(Status.SUCCEEDED, "a", null).deploy(Status.SUCCEEDED, "b", "a");
    assertThat(month().failures()).isZero();
    deploy(Status.FAILED, "c", "b").add("shop", Kind.ROLLBACK, Status.SUCCEEDED, "a", "b");
    assertThat(month().failures()).isEqualTo(1);
    assertThat(month().deployments()).as("going back is no deployment").isEqualTo(2);
    assertThat(month().changeFailureRate()).isEqualTo(0.5);
    assertThat(month().restoreSeconds()).isEqualTo(2 * 3600 + 50);
  }

  @Test
  void goingBackLaterSaysNothingOfReleasesBefore() {
    deploy(Status.SUCCEEDED, "a", null)
        .deploy(Status.SUCCEEDED, "b", "a")
        .deploy(Status.SUCCEEDED, "c", "b")
        .add("shop", Kind.ROLLBACK, Status.SUCCEEDED, "a", "c");
    assertThat(month().failures()).isEqualTo(1);
  }

  @Test
  void aWindowEndsWhereItEndsAndARestoreAfterwardsCounts() {
    clock = NOW.minus(Duration.ofDays(30)).minusSeconds(61);
    deploy(Status.ROLLED_BACK, "x", null);
    clock = NOW.minus(Duration.ofDays(30)).minusSeconds(60);
    deploy(Status.ROLLED_BACK, "y", null);
    assertThat(month().failures()).as("it ended just within").isEqualTo(1);
    assertThat(Dora.of("shop", changes, 90, NOW).failures()).isEqualTo(2);
  }

  @Test
  void appsDoNotRestoreEachOther() {
    deploy(Status.ROLLBACK_FAILED, "a", null);
    add("blog", Kind.DEPLOY, Status.SUCCEEDED, "z", null);
    List<Dora> all = Dora.all(changes, NOW);
    assertThat(all)
        .extracting(Dora::app)
        .containsExactly(null, "blog", "shop", null, "blog", "shop");
    assertThat(all.getFirst().unrestored()).isEqualTo(1);
    assertThat(all.getFirst().changeFailureRate()).isEqualTo(0.5);
    assertThat(all.get(1).failures()).isZero();
  }
}
