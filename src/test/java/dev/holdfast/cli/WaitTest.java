package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.api.Pulls;
import dev.holdfast.api.Views;
import dev.holdfast.backup.Operation;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.Apps.Data;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What CI may rely on from `holdfast wait` and `holdfast sync --wait`. */
@Timeout(30)
class WaitTest {
  private static final String NEXT = "20261120T140000Z-5e6f7a8b9c0d";
  private FakeAgent agent;

  @BeforeEach
  void oneApp() throws IOException {
    agent = new FakeAgent().with("shop");
  }

  @AfterEach
  void end() throws IOException {
    agent.close();
  }

  @Test
  void whatRunsAndIsSyncedIsConfirmedAtOnce() {
    assertThat(agent.run("wait", "shop").code()).isZero();
    assertThat(agent.run("wait", "shop", "--release", Views.OLD).code()).isZero();
    assertThat(agent.run("wait", "shop", "--version", "2026.11.20-3").code()).isZero();
    assertThat(agent.run("wait", "shop", "--commit", "4f3c2a1b9d0e").code())
        .as("of versions.yaml")
        .isZero();
    assertThat(agent.run("wait", "shop", "--commit", Views.REVISION).code()).as("of git").isZero();
    assertThat(agent.run("wait", "shop", "--commit", "4F3C2A1").code()).as("seven digits").isZero();
  }

  @Test
  void aDeploymentIsWaitedForUntilItIsConfirmed() throws Exception {
    progressing();
    CompletableFuture<Command.Result> wait = start("wait", "shop", "--commit", "5e6f7a8b9c0d");
    Thread.sleep(700);
    assertThat(wait).isNotDone();
    agent.apps.change("shop", Views.confirmed());
    Command.Result result = wait.get(10, TimeUnit.SECONDS);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("release " + Views.NEW + " is confirmed");
    assertThat(result.err()).contains("Progressing");
  }

  @Test
  void ciHearsOfEachPullOnce() throws Exception {
    progressing();
    agent.pulls(new Pulls.Pull("shop", "acme/api:2", 0, 0));
    CompletableFuture<Command.Result> wait = start("wait", "shop", "--commit", "5e6f7a8b9c0d");
    Thread.sleep(700);
    agent.pulls(new Pulls.Pull("shop", "acme/api:2", 10, 30));
    Thread.sleep(1200);
    agent.apps.change("shop", Views.confirmed());
    assertThat(wait.get(10, TimeUnit.SECONDS).err().lines().filter("pulling acme/api:2"::equals))
        .hasSize(1);
  }

  @Test
  void aDeploymentThatIsRolledBackFailsTheWaitWithItsReason() throws Exception {
    progressing();
    CompletableFuture<Command.Result> wait = start("wait", "shop", "--release", Views.NEW);
    Thread.sleep(700);
    agent.apps.put(Views.deployment("shop", NEXT, Status.ROLLED_BACK, Views.NOON));
    agent.apps.change("shop", Views.quarantined("GET :3001/api/health answered 500, 5 times"));
    Command.Result result = wait.get(10, TimeUnit.SECONDS);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err())
        .contains("ended rolled-back at probe of api: GET :3001/api/health answered 500")
        .contains("holdfast logs " + NEXT);
  }

  @Test
  void theSummaryIsAppendedHoweverItEnds(@TempDir Path folder) throws Exception {
    Path page = Files.writeString(folder.resolve("summary.md"), "before\n");
    agent.apps.put(Views.deployment("shop", Views.DEPLOYMENT, Status.SUCCEEDED, Views.NOON));
    Command.Result good =
        agent.run(
            "wait", "shop", "--release", Views.NEW, "--timeout", "1s", "--summary", page + "");
    assertThat(good.code()).as("it is not the one that runs").isEqualTo(1);
    assertThat(page).content().startsWith("before\n## ` shop `").contains(": succeeded");
    agent.apps.put(Views.deployment("shop", NEXT, Status.ROLLED_BACK, Views.NOON.plusSeconds(60)));
    agent.apps.change("shop", Views.progressing(Views.NEW, NEXT));
    agent.apps.change("shop", Views.quarantined("GET :3001/api/health answered 500, 5 times"));
    Command.Result bad = agent.run("wait", "shop", "--release", Views.NEW, "--summary", page + "");
    assertThat(bad.code()).isEqualTo(1);
    assertThat(page)
        .content()
        .contains(": succeeded")
        .contains(": rolled back")
        .contains("GET :3001/api/health answered 500, 5 times");
  }

  @Test
  void aSummaryOnStandardOutputHasItForItselfAndOneThatCannotBeWrittenFailsNothing() {
    agent.apps.put(Views.deployment("shop", Views.DEPLOYMENT, Status.SUCCEEDED, Views.NOON));
    String release = agent.apps.deployment(Views.DEPLOYMENT).orElseThrow().release();
    agent.apps.change("shop", Views.progressing(release, Views.DEPLOYMENT));
    agent.apps.change("shop", Views.confirmed());
    Command.Result out = agent.run("wait", "shop", "--summary", "-");
    assertThat(out.code()).as(out.err()).isZero();
    assertThat(out.out()).startsWith("## ` shop `").doesNotContain("is confirmed");
    assertThat(out.err()).contains("is confirmed");
    Command.Result none = agent.run("wait", "shop", "--summary", "/no/such/folder/summary.md");
    assertThat(none.code()).isZero();
    assertThat(none.out()).contains("is confirmed");
    assertThat(none.err()).contains("could not write the summary to /no/such/folder/summary.md");
    Command.Result shown = agent.run("show", Views.DEPLOYMENT, "-o", "markdown");
    assertThat(shown.out()).isEqualTo(out.out());
    agent.summary("500 Internal Server Error", "{\"detail\":\"the agent failed at this\"}");
    Command.Result failed = agent.run("wait", "shop", "--summary", "-");
    assertThat(failed.code()).isZero();
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err()).contains("could not write the summary to -", "the agent failed");
    agent.summary("200 OK", "## \u001b]0;owned\u0007\u202eknown\n");
    assertThat(agent.run("wait", "shop", "--summary", "-").out()).isEqualTo("## ]0;ownedknown\n");
  }

  @Test
  void whereNothingOfItWasDeployedThereIsNoSummaryOfSomethingElse() {
    agent.apps.put(Views.deployment("shop", Views.DEPLOYMENT, Status.SUCCEEDED, Views.NOON));
    Command.Result other =
        agent.run("wait", "shop", "--version", "9.9.9-other", "--timeout", "1s", "--summary", "-");
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.out()).isEmpty();
    assertThat(other.err()).contains("no deployment of it yet, no summary");
  }

  @Test
  void aReleaseInQuarantineFailsAtOnce() {
    agent.apps.change("shop", Views.progressing(Views.NEW, NEXT));
    agent.apps.change("shop", Views.quarantined("no such image"));
    Command.Result result = agent.run("wait", "shop");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("no such image").contains("holdfast retry shop");
  }

  @Test
  void anEarlierFailureOfTheSameVersionSaysNothingAboutTheNextAttempt() throws Exception {
    agent.apps.put(
        Views.deployment(
            "shop", Views.DEPLOYMENT, Status.ROLLED_BACK, Views.NOON.minusSeconds(3600)));
    agent.apps.change("shop", Views.progressing(Views.NEW, NEXT));
    agent.apps.put(Views.deployment("shop", NEXT, Status.IN_PROGRESS, Views.NOON));
    CompletableFuture<Command.Result> wait = start("wait", "shop", "--version", "2026.11.20-3");
    Thread.sleep(1200);
    assertThat(wait).isNotDone();
    agent.apps.change("shop", Views.progressing("0a1b2c3d4e5f", NEXT));
    agent.apps.change("shop", Views.confirmed());
    agent.apps.put(Views.deployment("shop", NEXT, Status.SUCCEEDED, Views.NOON));
    assertThat(wait.get(10, TimeUnit.SECONDS).code()).isZero();
  }

  @Test
  void aSupersededDeploymentIsNotSuccess() throws Exception {
    progressing();
    CompletableFuture<Command.Result> wait = start("wait", "shop", "--release", Views.NEW);
    Thread.sleep(700);
    agent.apps.put(Views.deployment("shop", NEXT, Status.SUPERSEDED, Views.NOON));
    agent.apps.change("shop", Views.progressing("cccccccccccc", "20261120T150000Z-5e6f7a8b9c0d"));
    Command.Result result = wait.get(10, TimeUnit.SECONDS);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("superseded by a newer desired state");
  }

  @Test
  void whenTimeIsOutTheReasonIsTheAppsState() {
    agent.apps.change(
        "shop", Views.phase(Phase.AwaitingWindow, "next window mon 09:00 Europe/Berlin"));
    Command.Result result = agent.run("wait", "shop", "--version", "2026.12.1", "--timeout", "1s");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err())
        .contains("not confirmed within 1s")
        .contains("version 2026.12.1 is not desired yet")
        .contains("next window mon 09:00");
  }

  @Test
  void anAgentThatRestartsMeanwhileIsWaitedFor() throws Exception {
    progressing();
    CompletableFuture<Command.Result> wait = start("wait", "shop");
    Thread.sleep(700);
    agent.die();
    Thread.sleep(1200);
    assertThat(wait).isNotDone();
    agent.apps.change("shop", Views.confirmed());
    agent.start();
    assertThat(wait.get(10, TimeUnit.SECONDS).code()).isZero();
  }

  @Test
  void anAgentThatRestartsInABackupIsWaitedForToo() throws Exception {
    agent.apps.data("shop", new Data(backup(Operation.Phase.ASKED), List.of(), null, Set.of()));
    CompletableFuture<Command.Result> backup = start("backup", "shop", "--wait");
    Thread.sleep(700);
    agent.die();
    Thread.sleep(1200);
    assertThat(backup).isNotDone();
    agent.apps.data("shop", new Data(backup(Operation.Phase.SUCCEEDED), List.of(), null, Set.of()));
    agent.start();
    Command.Result result = backup.get(10, TimeUnit.SECONDS);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("backup of db, asked for by ann: succeeded");
  }

  private static Operation backup(Operation.Phase phase) {
    Operation asked =
        new Operation(
            "20261120T140000Z-asked",
            Operation.Kind.BACKUP,
            null,
            List.of("db"),
            false,
            "ann",
            Views.NOON);
    return asked.at(phase);
  }

  @Test
  void anAgentThatNeverAnswersIsExitCode4WhenTimeIsOut() throws IOException {
    agent.die();
    Instant began = Instant.now();
    assertThat(agent.run("wait", "shop", "--timeout", "1500ms").code()).isEqualTo(4);
    assertThat(Duration.between(began, Instant.now()))
        .isBetween(Duration.ofMillis(1400), Duration.ofSeconds(10));
  }

  @Test
  void anUnknownAppFailsWithoutWaiting() {
    Command.Result result = agent.run("wait", "nothing", "--timeout", "1m");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("there is nothing of this name");
  }

  @Test
  void wrongUsageIsExitCode2() {
    assertThat(agent.run("wait").code()).isEqualTo(2);
    assertThat(agent.run("wait", "shop", "--commit", "4f3c2a").code()).isEqualTo(2);
    assertThat(agent.run("wait", "shop", "--timeout", "soon").code()).isEqualTo(2);
    assertThat(agent.run("wait", "shop", "--release", "a", "--version", "b").code()).isEqualTo(2);
  }

  @Test
  void syncThatWaitsEndsWhenTheLookAndItsDeploymentAreDone() throws Exception {
    CompletableFuture<Command.Result> sync = start("sync", "shop", "--wait");
    Thread.sleep(700);
    assertThat(sync).isNotDone();
    assertThat(agent.apps.requests()).containsExactly("sync shop");
    agent.apps.change("shop", Views.checkedAt(Instant.now().plusSeconds(60)));
    Command.Result result = sync.get(10, TimeUnit.SECONDS);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("Synced at release " + Views.OLD);
  }

  @Test
  void syncThatWaitsFailsWithTheErrorOfTheSource() throws Exception {
    CompletableFuture<Command.Result> sync = start("sync", "shop", "--wait");
    Thread.sleep(700);
    agent.apps.change("shop", Views.sourceError("versions.yaml:3:5: no service `apii`"));
    Command.Result result = sync.get(10, TimeUnit.SECONDS);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("versions.yaml:3:5: no service `apii`");
  }

  private void progressing() {
    agent.apps.change("shop", Views.progressing(Views.NEW, NEXT));
    agent.apps.put(Views.deployment("shop", NEXT, Status.IN_PROGRESS, Views.NOON));
  }

  private CompletableFuture<Command.Result> start(String... words) {
    return CompletableFuture.supplyAsync(() -> agent.run(words));
  }
}
