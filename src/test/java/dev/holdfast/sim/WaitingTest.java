package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.Approval.State;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.Release;
import dev.holdfast.plan.CaseRelease;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.AppView.Approval;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.rollout.Rules;
import dev.holdfast.rollout.Timetable;
import dev.holdfast.rollout.Timetable.Freeze;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Releases that wait for a person or a window: nothing is touched until they may go. */
class WaitingTest {
  private static final Release ONE = release("api: {}, web: {}");
  private static final Release TWO =
      CaseRelease.parse(
          "{ services: { api: { version: 2 }, web: {} }, networks: [default], migrate: [{}] }");
  private static final Release THREE = release("api: { version: 3 }, web: {}");
  private static final Rules ASKS = new Rules(true, null, Timetable.ALWAYS, null);
  private final World world = new World(new Random(1));
  private int halfway;

  private static Release release(String yaml) {
    return CaseRelease.parse("{ services: { " + yaml + " }, networks: [default] }");
  }

  /** It runs release one, and from then on the rules hold. */
  private void live(Rules rules) {
    world.want(ONE);
    world.settle();
    assertThat(world.view().phase()).isEqualTo(Phase.Synced);
    world.rules(rules);
  }

  private Rules frozenFor(Duration time, boolean approval) {
    Instant now = world.time.now();
    Freeze freeze = new Freeze(now.minusSeconds(60), now.plus(time), ZoneOffset.UTC, "a fair");
    return new Rules(approval, null, new Timetable(List.of(), List.of(freeze)), null);
  }

  private void waits(Release release, Phase phase) {
    int touched = touches();
    world.want(release);
    world.settle();
    assertThat(world.view().phase()).as(world.view().reason()).isEqualTo(phase);
    assertThat(touches()).as("nothing was pulled or touched: %s", world.events).isEqualTo(touched);
    assertThat(record().status()).isEqualTo(Status.IN_PROGRESS);
    assertThat(record().release()).isEqualTo(release.id());
  }

  /** Whatever changes the engine. */
  private int touches() {
    return (int)
        world.events.stream()
            .filter(
                e -> e.matches("(create|start|stop|remove|rename|pull|kill|connect|disconnect).*"))
            .count();
  }

  private DeploymentRecord record() {
    return world.lastRecord().orElseThrow();
  }

  private StepRecord step(String name) {
    return record().steps().stream()
        .filter(step -> step.step().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Approval approval() {
    return Objects.requireNonNull(world.view().approval());
  }

  private void settled(Release release) {
    world.settle();
    assertThat(world.view().phase()).as(world.view().reason()).isEqualTo(Phase.Synced);
    assertThat(world.store.memory(Scenario.APP).lastGood()).isEqualTo(release.id());
    assertThat(world.violations).isEmpty();
  }

  @Test
  void aReleaseWaitsWithAllThatAPersonNeedsToJudgeItAndThenGoes() {
    live(ASKS);
    waits(TWO, Phase.AwaitingApproval);

    assertThat(approval().release()).isEqualTo(TWO.id());
    assertThat(approval().state()).isEqualTo("waiting");
    assertThat(approval().changes()).first().asString().startsWith("api: ").contains("->");
    assertThat(world.view().awaits()).isEqualTo(AppView.Awaits.APPROVAL);
    assertThat(approval().migrations()).hasSize(1);
    assertThat(Objects.requireNonNull(world.view().rollback()).automatic()).isTrue();
    assertThat(world.people().diff(Scenario.APP).steps().getFirst().step()).isEqualTo("approve");
    assertThat(step("approve").status()).isEqualTo(StepStatus.RUNNING);

    world.people().approve(Scenario.APP, TWO.id(), "alice");
    world.people().approve(Scenario.APP, null, "bob");
    settled(TWO);
    assertThat(step("approve").status()).isEqualTo(StepStatus.SUCCEEDED);
    assertThat(Objects.requireNonNull(record().approval()).by()).isEqualTo("alice");
    assertThat(world.view().approval()).isNull();
  }

  @Test
  void theFirstReleaseOfAllWaitsToo() {
    world.rules(ASKS);
    waits(ONE, Phase.AwaitingApproval);
    world.people().approve(Scenario.APP, null, "alice");
    settled(ONE);
  }

  @Test
  void whatRunsIsKeptUpWhileAReleaseWaitsAndIsWhatARollbackPutsBack() {
    live(ASKS);
    waits(TWO, Phase.AwaitingApproval);
    FakeContainer api =
        world.engine.containers.values().stream()
            .filter(c -> c.name.equals("shop-api-1"))
            .findFirst()
            .orElseThrow();
    world.engine.containers.remove(api.id);
    world.settle();
    assertThat(world.view().phase()).isEqualTo(Phase.AwaitingApproval);
    String anew =
        world.engine.containers.values().stream()
            .filter(c -> c.name.equals("shop-api-1") && c.active())
            .findFirst()
            .orElseThrow()
            .id;

    String image = Objects.requireNonNull(TWO.services().get("api")).image().pullReference();
    world.engine.behaviours.put(
        image,
        new Behaviour(Behaviour.Kind.EXITS_AT_ONCE, Duration.ofSeconds(2), 0, Duration.ZERO));
    world.people().approve(Scenario.APP, null, "alice");
    world.settle();
    assertThat(record().status()).isEqualTo(Status.ROLLED_BACK);
    assertThat(record().before()).anyMatch(before -> before.id().equals(anew));
    assertThat(world.engine.containers.get(anew).active()).isTrue();
    assertThat(world.violations).isEmpty();
  }

  @Test
  void aRejectedReleaseIsNotTriedAgainUntilRetryOrAnotherOne() {
    live(ASKS);
    waits(TWO, Phase.AwaitingApproval);
    world.people().reject(Scenario.APP, null, "not on a Friday", "bob");
    world.settle();
    assertThat(record().status()).isEqualTo(Status.FAILED);
    assertThat(Objects.requireNonNull(record().failure()).reason())
        .isEqualTo("rejected by bob: not on a Friday");
    assertThat(Objects.requireNonNull(record().approval()).state()).isEqualTo(State.REJECTED);
    assertThat(approval().state()).isEqualTo("rejected");
    assertThat(approval().by()).isEqualTo("bob");
    assertThat(world.store.memory(Scenario.APP).lastGood()).isEqualTo(ONE.id());
    world.people().reject(Scenario.APP, null, null, "carol");
    assertThatThrownBy(() -> world.people().approve(Scenario.APP, TWO.id(), "alice"))
        .isInstanceOf(Apps.Refused.class)
        .hasMessageContaining("rejected by bob")
        .hasMessageContaining("holdfast retry shop");
    world.commit();
    world.settle();
    assertThat(world.store.records(Scenario.APP, 9)).hasSize(2);

    world.people().retry(Scenario.APP, "carol");
    waits(TWO, Phase.AwaitingApproval);
    assertThat(approval().state()).isEqualTo("waiting");
    waits(THREE, Phase.AwaitingApproval);
    world.people().approve(Scenario.APP, null, "alice");
    settled(THREE);
  }

  @Test
  void aNewerReleaseSupersedesOneThatWaitsAndItsApproval() {
    live(frozenFor(Duration.ofHours(1), true));
    waits(TWO, Phase.AwaitingApproval);
    world.people().approve(Scenario.APP, null, "alice");
    world.settle();
    assertThat(world.view().phase()).isEqualTo(Phase.AwaitingWindow);
    waits(THREE, Phase.AwaitingApproval);
    assertThat(world.store.records(Scenario.APP, 9).stream().map(DeploymentRecord::status))
        .containsExactly(Status.IN_PROGRESS, Status.SUPERSEDED, Status.SUCCEEDED);
    assertThatThrownBy(() -> world.people().approve(Scenario.APP, TWO.id(), "alice"))
        .isInstanceOf(Apps.Refused.class)
        .hasMessageContaining("release " + THREE.id() + " does");
    waits(TWO, Phase.AwaitingApproval);
  }

  @Test
  void anApprovedReleaseThatWaitsForItsWindowKeepsItsApprovalAndCanStillBeRejected() {
    live(frozenFor(Duration.ofHours(1), true));
    waits(TWO, Phase.AwaitingApproval);
    world.people().approve(Scenario.APP, null, "alice");
    waits(TWO, Phase.AwaitingWindow);
    assertThat(approval().state()).isEqualTo("approved");
    assertThat(world.view().reason()).contains("a fair").contains("it opens");
    world.people().reject(Scenario.APP, TWO.id(), null, "bob");
    world.settle();
    assertThat(record().status()).isEqualTo(Status.FAILED);

    world.people().retry(Scenario.APP, "bob");
    waits(TWO, Phase.AwaitingApproval);
    world.people().approve(Scenario.APP, null, "alice");
    waits(TWO, Phase.AwaitingWindow);
    world.time.sleep(Duration.ofHours(1));
    settled(TWO);
  }

  @Test
  void aWaitThatNobodyAnsweredExpiresAndAsksAnewOnRetry() {
    live(new Rules(true, Duration.ofHours(24), Timetable.ALWAYS, null));
    waits(TWO, Phase.AwaitingApproval);
    assertThat(approval().expiresAt()).isAfter(world.time.now());
    world.time.sleep(Duration.ofHours(25));
    world.settle();
    assertThat(record().status()).isEqualTo(Status.FAILED);
    assertThat(approval().state()).isEqualTo("expired");
    assertThat(world.view().reason())
        .contains("is not rolled out: expired by holdfast: nobody approved it in time");
    world.people().retry(Scenario.APP, "bob");
    waits(TWO, Phase.AwaitingApproval);
    world.people().approve(Scenario.APP, null, "alice");
    settled(TWO);
  }

  @Test
  void whoeverWantsTheAppBackGetsItWhileAReleaseWaits() {
    live(Rules.NONE);
    world.want(THREE);
    settled(THREE);
    world.rules(frozenFor(Duration.ofHours(9), true));
    waits(TWO, Phase.AwaitingApproval);
    world.people().rollback(Scenario.APP, null, "alice");
    world.settle();
    assertThat(world.store.memory(Scenario.APP).lastGood()).isEqualTo(ONE.id());
    assertThat(world.view().phase()).isEqualTo(Phase.Held);
    assertThat(record().steps()).noneMatch(s -> s.step().equals("window"));
    assertThat(world.violations).isEmpty();
  }

  @Test
  void aHoldStopsWhatWaitsAndResumeLetsItWaitOn() {
    live(ASKS);
    waits(TWO, Phase.AwaitingApproval);
    String deployment = record().deploymentId();
    world.people().hold(Scenario.APP, "wait", "bob");
    world.people().approve(Scenario.APP, null, "alice");
    world.settle();
    assertThat(world.view().phase()).isEqualTo(Phase.Held);
    assertThat(record().waits()).isTrue();
    world.people().resume(Scenario.APP, "bob");
    settled(TWO);
    assertThat(record().deploymentId()).isEqualTo(deployment);
  }

  @Test
  void nowGoesThroughAFreezeForThisReleaseAloneAndIsOnRecord() {
    live(frozenFor(Duration.ofDays(9), false));
    waits(TWO, Phase.AwaitingWindow);
    world.people().syncNow(Scenario.APP, "the shop is down", "alice");
    settled(TWO);
    assertThat(Objects.requireNonNull(record().passedWindow()).by()).isEqualTo("alice");
    assertThat(step("window").message()).isEqualTo("let through by alice: the shop is down");
    waits(THREE, Phase.AwaitingWindow);
    assertThat(world.store.memory(Scenario.APP).consent().leave()).isNull();
  }

  @Test
  void aLeaveIsForOneRolloutAndNotForWhatSomebodyTriesAgainLater() {
    live(frozenFor(Duration.ofDays(9), false));
    world.engine.behaviours.put(
        Objects.requireNonNull(TWO.services().get("api")).image().pullReference(),
        new Behaviour(
            Behaviour.Kind.EXITS_AT_ONCE, Duration.ofSeconds(1), 0, Duration.ofSeconds(1)));
    world.people().syncNow(Scenario.APP, "the shop is down", "alice");
    world.want(TWO);
    world.settle();
    assertThat(record().status()).isEqualTo(Status.ROLLED_BACK);
    world.people().retry(Scenario.APP, "bob");
    waits(TWO, Phase.AwaitingWindow);
  }

  @Test
  void whereverItIsAnothersTurnNothingIsDoneToAReleaseThatIsHalfway() {
    for (int begun = 0; begun < 40; begun++) {
      World fresh = new World(new Random(1));
      fresh.want(ONE);
      fresh.settle();
      fresh.want(TWO);
      fresh.crashAt(begun, false);
      fresh.lookOnce();
      DeploymentRecord left = fresh.lastRecord().orElseThrow();
      if (left.waits() || left.status() != Status.IN_PROGRESS) {
        continue;
      }
      int calls = fresh.events.size();
      fresh.occupiedHalfway(3);
      fresh.lookOnce();
      assertThat(fresh.view().phase()).isEqualTo(Phase.Progressing);
      assertThat(fresh.view().reason()).contains("waits for its turn");
      assertThat(fresh.events.subList(calls, fresh.events.size()))
          .noneMatch(e -> e.matches("(create|start|stop|remove|rename|pull|kill|connect).*"));
      fresh.settle();
      assertThat(fresh.lastRecord().orElseThrow().status()).isEqualTo(Status.SUCCEEDED);
      assertThat(fresh.lastRecord().orElseThrow().release()).isEqualTo(TWO.id());
      assertThat(fresh.violations).isEmpty();
      halfway++;
    }
    assertThat(halfway).isGreaterThan(5);
  }

  @Test
  void aRollbackGoesBehindTheReleaseThatRunsAndNotBehindOneThatWaitsForItsTurn() {
    live(Rules.NONE);
    world.want(THREE);
    settled(THREE);
    world.want(TWO);
    world.occupied(1);
    world.lookOnce();
    assertThat(record().waits()).isTrue();
    world.people().rollback(Scenario.APP, null, "alice");
    world.settle();
    assertThat(world.store.memory(Scenario.APP).lastGood()).isEqualTo(ONE.id());
    assertThat(world.violations).isEmpty();
  }

  @Test
  void whatIsWrongWithTheAppHidesNeitherWhatWaitsNorItsPlaceInTheRow() {
    live(frozenFor(Duration.ofDays(9), false));
    waits(TWO, Phase.AwaitingWindow);
    world.sourceAway(true);
    world.lookOnce();
    assertThat(world.view().phase()).isEqualTo(Phase.Degraded);
    assertThat(world.view().awaits()).isEqualTo(AppView.Awaits.WINDOW);
    world.sourceAway(false);
    world.rules(Rules.NONE);
    world.occupied(2);
    world.lookOnce();
    assertThat(world.view().phase()).isEqualTo(Phase.Progressing);
    world.sourceAway(true);
    world.lookOnce();
    assertThat(world.view().phase()).isEqualTo(Phase.Degraded);
    assertThat(world.standsInRow()).isTrue();
    world.sourceAway(false);
    settled(TWO);
    assertThat(world.standsInRow()).isFalse();
  }

  @Test
  void noSecretOfACommandIsShownToWhoeverIsToApproveIt() {
    world.redactor.register("migrate");
    live(ASKS);
    waits(TWO, Phase.AwaitingApproval);
    assertThat(approval().migrations()).containsExactly("api: ***");
    world.people().reject(Scenario.APP, null, "it has migrate in it", "bob");
    world.settle();
    assertThat(approval().reason()).isEqualTo("it has *** in it");
  }

  @Test
  void nowIsForWhatTheNextLookFinds() {
    live(frozenFor(Duration.ofDays(9), false));
    world.people().syncNow(Scenario.APP, "a hotfix is pushed", "alice");
    world.want(TWO);
    settled(TWO);
  }

  @Test
  void aWindowThatClosesMeanwhileStopsNothingThatHasBegun() {
    live(ASKS);
    waits(TWO, Phase.AwaitingApproval);
    world.people().approve(Scenario.APP, null, "alice");
    for (int event = 0; record().waits(); event++) {
      world.crashAt(event, false);
      world.lookOnce();
      world.calm();
    }
    assertThat(record().status()).isEqualTo(Status.IN_PROGRESS);
    world.rules(frozenFor(Duration.ofDays(9), true));
    settled(TWO);
  }

  @Test
  void aClockThatJumpsOnlyMakesItWaitOtherwise() {
    live(frozenFor(Duration.ofHours(1), false));
    waits(TWO, Phase.AwaitingWindow);
    world.time.sleep(Duration.ofDays(-400));
    world.settle();
    assertThat(world.lastRecord().orElseThrow().release()).isIn(TWO.id(), ONE.id());
    world.time.sleep(Duration.ofDays(800));
    settled(TWO);
  }

  @Test
  void whoAsksForNoApprovalGetsNone() {
    live(Rules.NONE);
    assertThatThrownBy(() -> world.people().approve(Scenario.APP, null, "alice"))
        .isInstanceOf(Apps.Refused.class)
        .hasMessageContaining("approval: required");
    world.rules(ASKS);
    assertThatThrownBy(() -> world.people().approve(Scenario.APP, null, "alice"))
        .hasMessageContaining("no release of shop waits");
    assertThatThrownBy(() -> world.people().reject(Scenario.APP, TWO.id(), null, "alice"))
        .hasMessageContaining("none does");
  }

  /** Wait, drift, approval, window, rollout: the agent dies at each engine call and each write. */
  @Test
  void whereverTheAgentDiesTheReleaseWaitsForItsApprovalAndGoesOnce() {
    int events = dying(-1, false);
    assertThat(events).isGreaterThan(40);
    for (int event = 0; event < events; event++) {
      dying(event, false);
      dying(event, true);
    }
  }

  private static int dying(int crashAt, boolean after) {
    WaitingTest run = new WaitingTest();
    World world = run.world;
    run.live(run.frozenFor(Duration.ofHours(1), true));
    int before = world.events.size();
    if (crashAt >= 0) {
      world.crashAt(crashAt, after);
    }
    run.unapproved(TWO);
    world.ask(people -> people.reject(Scenario.APP, null, null, "bob"));
    world.settle();
    world.ask(people -> people.retry(Scenario.APP, "bob"));
    run.unapproved(TWO);
    world.ask(people -> people.approve(Scenario.APP, TWO.id(), "alice"));
    world.settle();
    assertThat(world.view().phase()).as("death at %d", crashAt).isEqualTo(Phase.AwaitingWindow);
    run.untouched(TWO);
    world.time.sleep(Duration.ofHours(1));
    run.settled(TWO);
    assertThat(world.store.records(Scenario.APP, 9).stream().map(DeploymentRecord::status))
        .as("death at %d, %s", crashAt, after)
        .containsExactly(Status.SUCCEEDED, Status.FAILED, Status.SUCCEEDED);
    assertThat(Objects.requireNonNull(run.record().approval()).by()).isEqualTo("alice");
    return world.events.size() - before;
  }

  private void unapproved(Release release) {
    world.want(release);
    world.settle();
    assertThat(world.view().phase()).isEqualTo(Phase.AwaitingApproval);
    untouched(release);
  }

  private void untouched(Release release) {
    String hash = Objects.requireNonNull(release.services().get("api")).configHash();
    assertThat(world.engine.containers.values()).noneMatch(c -> c.made.equals(hash));
  }
}
