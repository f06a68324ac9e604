package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.backup.Operation;
import dev.holdfast.backup.Saved;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Backup;
import dev.holdfast.model.Backup.From;
import dev.holdfast.model.Backup.Kind;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.RolloutSpec;
import dev.holdfast.plan.CaseRelease;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.reconcile.Reasons;
import dev.holdfast.reconcile.Why;
import dev.holdfast.rollout.Rules;
import dev.holdfast.rollout.Timetable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is saved before a migration and put back after it, wherever the agent dies. */
class BackupsTest {
  static final String BEFORE = "ann,bob";
  private static final String FILES = "a.jpg";
  private static final String FILES_OF_IT = "files";

  static Release release(int version, OnRollback onRollback) {
    return release(version, 1, onRollback);
  }

  static Release release(int version, int db, OnRollback onRollback) {
    return release(
        """
        services:
          api: { version: %d, depends_on: { db: started } }
          db: { version: %d, mounts: data }
        networks: [default]
        volumes: [data]
        """
            .formatted(version, db),
        List.of(onRollback));
  }

  /** With a migration for each way in which one is undone, and both backups. */
  private static Release release(String services, List<OnRollback> undos) {
    Release plain = CaseRelease.parse(services);
    SortedMap<String, Backup> backups = new TreeMap<>();
    From.Command rows = new From.Command("db", List.of("dump"), List.of("check"), List.of("load"));
    backups.put(Scenario.ROWS, new Backup(rows, Duration.ofMinutes(1)));
    From.Mounted files = new From.Mounted(Kind.VOLUME, "data", "db", "/data", true);
    backups.put(FILES_OF_IT, new Backup(files, Duration.ofMinutes(1)));
    List<Migration> migrations = new ArrayList<>();
    for (OnRollback undo : undos) {
      migrations.add(
          new Migration(
              "api",
              List.of("migrate", "step-" + migrations.size()),
              Migration.Mode.RUN,
              Environment.EMPTY,
              Duration.ofMinutes(1),
              undo,
              null));
    }
    return new Release(
        plain.app(),
        plain.services(),
        plain.networks(),
        plain.volumes(),
        new RolloutSpec(migrations, List.of(), List.of(), Duration.ofSeconds(3), null, backups));
  }

  /** A world whose first release runs on the rows of before. */
  static World running(Consumer<World> more) {
    return running(release(1, new OnRollback.Keep()), more);
  }

  private static World running(Release release, Consumer<World> more) {
    World world = new World(new Random(1));
    more.accept(world);
    deploy(world, release);
    assertThat(record(world).status()).isEqualTo(Status.SUCCEEDED);
    world.engine.data.rows = BEFORE;
    return world;
  }

  /** The same once a person has had everything saved. */
  private static World backedUp() {
    World world = running(w -> {});
    world.people().backup(Scenario.APP, null, "ann");
    world.settle();
    return world;
  }

  private static void deploy(World world, Release release) {
    world.want(release);
    world.settle();
  }

  private static DeploymentRecord record(World world) {
    return world.lastRecord().orElseThrow();
  }

  static void failing(World world) {
    failing(world, "api", release(2, new OnRollback.Restore(Scenario.ROWS)));
  }

  static void failing(World world, String service, Release release) {
    PinnedImage image = release.services().get(service).image();
    world.engine.behaviours.put(
        image.pullReference(),
        new Behaviour(
            Behaviour.Kind.EXITS_AT_ONCE, Duration.ofSeconds(1), 0, Duration.ofSeconds(3)));
  }

  private static List<String> problems(World world) {
    List<String> problems = new ArrayList<>(world.violations);
    if (!world.backups.leftOver().isEmpty()) {
      problems.add("left over: " + world.backups.leftOver());
    }
    return problems;
  }

  @Test
  void aMigrationRunsOnlyOnceItsBackupStandsWhereverTheAgentDies() {
    each(
        BackupsTest::guard,
        world -> {
          deploy(world, release(2, new OnRollback.Keep()));
          assertThat(record(world).status()).isEqualTo(Status.SUCCEEDED);
          List<Saved> all = world.backups.all(Scenario.APP);
          assertThat(all).extracting(Saved::name).containsExactlyInAnyOrder("files", Scenario.ROWS);
          assertThat(all).allMatch(Saved::verified);
          String id = record(world).deploymentId();
          Saved rows = world.backups.find(Scenario.APP, id, Scenario.ROWS).orElseThrow();
          assertThat(world.backups.text(rows)).isEqualTo(BEFORE);
          assertThat(world.engine.containers.values()).noneMatch(c -> c.state == State.PAUSED);
        });
  }

  /** Each migration's start is held against what stands by then. */
  private static void guard(World world) {
    world.onMigration(
        container -> {
          String label = container.labels.getOrDefault(Labels.MIGRATION, "");
          String id = label.substring(0, label.indexOf('/'));
          boolean first = world.store.memory(Scenario.APP).lastGood() == null;
          if (!first && world.backups.find(Scenario.APP, id, Scenario.ROWS).isEmpty()) {
            world.violation("a migration runs and its backup does not stand");
          }
        });
  }

  @Test
  void aReleaseThatFailsGivesTheVeryRowsBackWhereverTheAgentDies() {
    each(
        world -> {
          guard(world);
          failing(world);
        },
        world -> {
          deploy(world, release(2, new OnRollback.Restore(Scenario.ROWS)));
          DeploymentRecord record = record(world);
          assertThat(record.status()).describedAs("%s", record).isEqualTo(Status.ROLLED_BACK);
          assertThat(world.engine.data.rows).isEqualTo(BEFORE);
          assertThat(record.undone()).containsEntry(0, 0);
        });
  }

  /** Once undisturbed, then dying before and after each event of it. */
  private static void each(Consumer<World> setUp, Consumer<World> then) {
    World first = running(setUp);
    int begun = first.events.size();
    then.accept(first);
    assertThat(problems(first)).isEmpty();
    int events = first.events.size() - begun;
    assertThat(events).isGreaterThan(10);
    for (int event = 0; event < events; event++) {
      for (boolean after : List.of(false, true)) {
        World world = running(setUp);
        world.crashAt(event, after);
        try {
          then.accept(world);
        } catch (AssertionError e) {
          throw new AssertionError(
              "death "
                  + (after ? "after " : "before ")
                  + event
                  + " of "
                  + world.events.subList(begun, world.events.size()),
              e);
        }
        assertThat(problems(world)).describedAs("death at %d, after: %s", event, after).isEmpty();
      }
    }
  }

  @Test
  void aBackupThatFailsStopsTheReleaseBeforeAnythingIsTouched() {
    List<Consumer<World>> faults =
        List.of(
            world -> world.engine.data.dumps = false,
            world -> world.engine.data.verifies = false,
            world -> world.engine.data.rows = "",
            world -> world.engine.data.wholeTars = false,
            world -> world.backups.full("there are 3 MiB free"));
    for (Consumer<World> fault : faults) {
      World world = running(w -> {});
      fault.accept(world);
      world.want(release(2, new OnRollback.Keep()));
      world.lookOnce();
      DeploymentRecord record = record(world);
      assertThat(record.status()).isEqualTo(Status.FAILED);
      assertThat(record.failure().step()).isEqualTo("backup");
      assertThat(record.updateBegan()).isFalse();
      assertThat(record.migrations()).isEmpty();
      assertThat(world.backups.all(Scenario.APP))
          .extracting(Saved::name)
          .doesNotContain(world.engine.data.wholeTars ? Scenario.ROWS : FILES_OF_IT);
      assertThat(problems(world)).isEmpty();
    }
  }

  @Test
  void anEmptyOneIsNoneAlsoWhereNothingVerifiesIt() {
    World world = running(w -> {});
    world.engine.data.rows = "";
    Release next = release(2, new OnRollback.Keep());
    SortedMap<String, Backup> backups = new TreeMap<>(next.rollout().backups());
    backups.put(
        Scenario.ROWS,
        new Backup(
            new From.Command("db", List.of("dump"), List.of(), List.of("load")),
            Duration.ofMinutes(1)));
    RolloutSpec plain = next.rollout();
    world.want(
        new Release(
            next.app(),
            next.services(),
            next.networks(),
            next.volumes(),
            new RolloutSpec(
                plain.migrations(),
                plain.smokes(),
                plain.afters(),
                plain.watch(),
                plain.guards(),
                backups)));
    world.lookOnce();
    DeploymentRecord record = world.lastRecord().orElseThrow();
    assertThat(record.status()).isEqualTo(Status.FAILED);
    assertThat(record.failure().reason()).contains("backup rows", "it is empty");
    assertThat(record.migrations()).isEmpty();
  }

  @Test
  void aDatabaseThatEndsUnderItsRestoreIsRestoredAnew() {
    World world = running(w -> {});
    world.people().backup(Scenario.APP, null, "ann");
    world.settle();
    world.engine.data.rows = "destroyed";
    int[] times = {0};
    world.onRestore(
        () -> {
          boolean first = times[0]++ == 0;
          world.engine.data.loads = !first;
          if (first) {
            // Its engine started it anew; the command ends as one does that was killed.
            FakeContainer db = one(world, "db");
            db.startedAt = world.time.now().plusMillis(1);
          }
        });
    restore(world, "latest", Scenario.ROWS, true);
    world.settle();
    assertThat(times[0]).isGreaterThan(1);
    assertThat(operation(world).phase()).isEqualTo(Operation.Phase.SUCCEEDED);
    assertThat(hold(world)).isNull();
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
    assertThat(problems(world)).isEmpty();
  }

  @Test
  void whatFailedForTheDiskIsTriedAgainByItself() {
    World world = running(w -> {});
    world.backups.full("there are 3 MiB free");
    Release next = release(2, new OnRollback.Keep());
    world.want(next);
    world.lookOnce();
    world.backups.full(null);
    world.time.sleep(Duration.ofMinutes(2));
    world.settle();
    assertThat(world.store.memory(Scenario.APP).lastGood()).isEqualTo(next.id());
  }

  @Test
  void aRestoreThatFailsHoldsTheAppAndStartsNobodyOnWhatIsHalfRestored() {
    World world = running(BackupsTest::failing);
    world.engine.data.loads = false;
    deploy(world, release(2, new OnRollback.Restore(Scenario.ROWS)));

    assertThat(record(world).status()).isEqualTo(Status.ROLLBACK_FAILED);
    assertThat(world.store.memory(Scenario.APP).hold().reason())
        .contains("holdfast restore " + Scenario.APP);
    assertThat(runs(world, "api")).isFalse();

    // A person puts it right and restores by hand: the app is whole again, and held no more.
    world.engine.data.loads = true;
    String id = world.backups.all(Scenario.APP).getFirst().id();
    putBack(world, id, null, false);
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
    assertThat(world.store.memory(Scenario.APP).hold()).isNull();
    assertThat(runs(world, "api")).isTrue();
    assertThat(problems(world)).isEmpty();
  }

  private static boolean runs(World world, String service) {
    return world.engine.containers.values().stream()
        .anyMatch(
            c ->
                c.service().equals(service)
                    && c.state == State.RUNNING
                    && !c.labels.containsKey(Labels.MIGRATION));
  }

  @Test
  void whatAPersonRestoresIsThereWhereverTheAgentDies() {
    each(
        world ->
            world.onRestore(
                () -> {
                  if (runs(world, "api")) {
                    world.violation("data is replaced under a service that uses it");
                  }
                }),
        world -> {
          asked(() -> world.people().backup(Scenario.APP, null, "ann"));
          world.settle();
          Saved saved = world.backups.all(Scenario.APP).getFirst();
          assertThat(saved.by()).isEqualTo("ann");
          world.engine.data.rows = "destroyed";
          world.engine.data.files = "overwritten";
          asked(() -> restore(world, saved.id(), null, true));
          world.settle();
          assertThat(world.engine.data.rows).isEqualTo(BEFORE);
          assertThat(world.engine.data.files).isEqualTo(FILES);
          assertThat(runs(world, "api")).isTrue();
          Operation operation = world.backups.operation(Scenario.APP).orElseThrow();
          assertThat(operation.phase())
              .describedAs("%s", operation)
              .isEqualTo(Operation.Phase.SUCCEEDED);
          Saved safety =
              world.backups.find(Scenario.APP, operation.id(), Scenario.ROWS).orElseThrow();
          assertThat(world.backups.text(safety)).isEqualTo("destroyed");
          assertThat(safety.purpose()).isEqualTo(Saved.Purpose.BEFORE_RESTORE);
        });
  }

  /** Whoever gets no answer asks again, and may hear that it is under way. */
  private static void asked(Runnable request) {
    try {
      request.run();
    } catch (Crash death) {
      try {
        request.run();
      } catch (Apps.Refused refused) {
        assertThat(refused).hasMessageContaining("not over yet");
      }
    }
  }

  @Test
  void whatIsDamagedOnTheDiskIsNotRestoredAndNothingIsTouched() {
    World world = backedUp();
    Saved saved = world.backups.all(Scenario.APP).getFirst();
    world.backups.damage(saved);
    putBack(world, saved.id(), null, true);
    Operation operation = world.backups.operation(Scenario.APP).orElseThrow();
    assertThat(operation.phase()).isEqualTo(Operation.Phase.FAILED);
    assertThat(operation.message()).contains("nothing was touched").contains("SHA-256");
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
    assertThat(runs(world, "api")).isTrue();
  }

  @Test
  void aReleaseThatBringsItsDatabaseIsRolledBackWithoutABackupThatWasNeverTaken() {
    Release alone = CaseRelease.parse("{ services: { api: {} }, networks: [default] }");
    World world = running(alone, w -> {});
    Release next = release(2, new OnRollback.Restore(Scenario.ROWS));
    failing(world, "api", next);
    deploy(world, next);
    DeploymentRecord record = record(world);
    assertThat(record.leftOut()).containsExactlyInAnyOrder(FILES_OF_IT, Scenario.ROWS);
    assertThat(record.status()).describedAs("%s", record).isEqualTo(Status.ROLLED_BACK);
    assertThat(world.store.memory(Scenario.APP).hold()).isNull();
    assertThat(runs(world, "api")).isTrue();
    assertThat(problems(world)).isEmpty();
  }

  @Test
  void aReleaseThatAddsAVolumeIsRolledBackWithoutABackupThatWasNeverTaken() {
    Release without =
        CaseRelease.parse(
            "{ services: { api: { depends_on: { db: started } }, db: {} }, networks: [default] }");
    World world = running(without, w -> {});
    Release next = release(2, new OnRollback.Restore(FILES_OF_IT));
    failing(world, "api", next);
    deploy(world, next);
    DeploymentRecord record = record(world);
    assertThat(record.leftOut()).containsExactly(FILES_OF_IT);
    assertThat(record.status()).describedAs("%s", record).isEqualTo(Status.ROLLED_BACK);
    assertThat(runs(world, "api") && runs(world, "db")).isTrue();
    assertThat(problems(world)).isEmpty();
  }

  @Test
  void whatIsRestoredAfterABadDatabaseGoesIntoTheOneBeforeItWhereverTheAgentDies() {
    Release bad = release(1, 2, new OnRollback.Restore(Scenario.ROWS));
    each(
        world -> {
          guard(world);
          failing(world, "db", bad);
        },
        world -> {
          deploy(world, bad);
          DeploymentRecord record = record(world);
          assertThat(record.status()).describedAs("%s", record).isEqualTo(Status.ROLLED_BACK);
          assertThat(world.engine.data.rows).isEqualTo(BEFORE);
          assertThat(runs(world, "api") && runs(world, "db")).isTrue();
        });
  }

  @Test
  void aBackupFromBeforeALongAbsenceOfTheAgentIsTakenAgain() {
    Release bad = release(2, new OnRollback.Restore(Scenario.ROWS));
    boolean met = false;
    for (int event = 0; event < 60 && !met; event++) {
      World world = running(BackupsTest::failing);
      world.want(bad);
      world.crashAt(event, true);
      world.lookOnce();
      DeploymentRecord record = record(world);
      boolean stands = world.backups.all(Scenario.APP).size() == 2;
      met = stands && record.migrations().isEmpty() && world.engine.migrated.size() == 1;
      if (met) {
        world.engine.data.rows = "ann,bob and eight hours of others";
        world.time.sleep(Duration.ofHours(8));
        world.settle();
        assertThat(record(world).status()).isEqualTo(Status.ROLLED_BACK);
        assertThat(world.engine.data.rows).isEqualTo("ann,bob and eight hours of others");
        assertThat(problems(world)).isEmpty();
      }
    }
    assertThat(met).isTrue();
  }

  /** The stream breaks as it does where the engine goes away, and that would be waited for. */
  @Test
  void aDiskThatFillsInTheMiddleOfABackupStopsTheReleaseAndIsNamed() {
    World world = running(w -> {});
    world.backups.fillsMeanwhile(true);
    world.want(release(2, new OnRollback.Keep()));
    world.lookOnce();
    assertThat(record(world).status()).isEqualTo(Status.FAILED);
    assertThat(record(world).failure().reason()).contains("No space left on device");
    assertThat(record(world).migrations()).isEmpty();
    assertThat(problems(world)).isEmpty();
  }

  /** What an agent that died had begun to restore goes on, and does not come to its end. */
  @Test
  void anEarlierRestoreThatDoesNotEndIsNotWaitedForLongerThanARestoreMayTake() {
    boolean met = false;
    for (int event = 0; event < 90 && !met; event++) {
      World world = running(BackupsTest::failing);
      world.engine.orphanLasts = Duration.ofMinutes(30);
      world.crashAt(event, false);
      Instant begun = world.time.now();
      deploy(world, release(2, new OnRollback.Restore(Scenario.ROWS)));
      Memory.Hold hold = hold(world);
      met = hold != null;
      if (hold != null) {
        assertThat(hold.reason()).contains("an earlier load still runs in", "end it there");
        assertThat(hold.owed()).containsExactly(Scenario.ROWS);
        assertThat(Duration.between(begun, hold.at())).isLessThan(Duration.ofMinutes(10));
        assertThat(problems(world)).isEmpty();
      }
    }
    assertThat(met).isTrue();
  }

  @Test
  void oneThatIsTakenAgainInVainLeavesTheOneThatStood() {
    boolean met = false;
    for (int event = 0; event < 60 && !met; event++) {
      World world = running(w -> {});
      world.want(release(2, new OnRollback.Keep()));
      world.crashAt(event, true);
      world.lookOnce();
      List<Saved> stood = world.backups.all(Scenario.APP);
      met = stood.size() == 2 && world.lastRecord().orElseThrow().migrations().isEmpty();
      if (met && world.engine.migrated.size() == 1) {
        world.time.sleep(Duration.ofHours(8));
        world.engine.data.dumps = false;
        world.lookOnce();
        assertThat(world.lastRecord().orElseThrow().failure().step()).isEqualTo("backup");
        Saved rows = world.backups.find(Scenario.APP, stood.getFirst().id(), Scenario.ROWS).get();
        assertThat(stood).contains(rows);
        assertThat(world.backups.text(rows)).isEqualTo(BEFORE);
        assertThat(problems(world)).isEmpty();
      } else {
        met = false;
      }
    }
    assertThat(met).isTrue();
  }

  private static void restore(World world, String id, @Nullable String name, boolean safety) {
    world.people().restore(Scenario.APP, new Apps.Wish(id, name, safety, false), "ann");
  }

  private static void putBack(World world, String id, @Nullable String name, boolean safety) {
    restore(world, id, name, safety);
    world.settle();
  }

  private static Operation operation(World world) {
    return world.backups.operation(Scenario.APP).orElseThrow();
  }

  private static Memory.@Nullable Hold hold(World world) {
    return world.store.memory(Scenario.APP).hold();
  }

  @Test
  void aReleasesOwnHoldIsNotEndedByARestoreWhichStartsWhatItStopped() {
    World world = running(w -> {});
    Release bad = release(2, new OnRollback.Hold());
    failing(world, "api", bad);
    deploy(world, bad);
    Memory.Hold before = hold(world);
    String id = world.backups.all(Scenario.APP).getFirst().id();
    putBack(world, id, FILES_OF_IT, true);
    assertThat(operation(world).message()).contains("restored files").contains("still held");
    assertThat(hold(world)).isEqualTo(before);
    assertThat(world.view().phase()).isEqualTo(Phase.Held);
    assertThat(runs(world, "db")).isTrue();
    String good = world.store.memory(Scenario.APP).lastGood();
    assertThat(world.engine.containers.values())
        .noneMatch(
            c ->
                c.service().equals("api")
                    && c.active()
                    && Objects.equals(c.labels.get(Labels.RELEASE), good));
    assertThat(problems(world)).isEmpty();
  }

  @Test
  void aPersonsHoldOutlastsARestoreAndNothingElseIsPutRight() {
    World world = backedUp();
    world.people().hold(Scenario.APP, "stocktaking", "bob");
    FakeContainer api = one(world, "api");
    api.stop(world.time.now());
    putBack(world, "latest", FILES_OF_IT, true);
    assertThat(operation(world).phase()).isEqualTo(Operation.Phase.SUCCEEDED);
    assertThat(hold(world).by()).isEqualTo("bob");
    assertThat(api.active()).isFalse();
    assertThat(runs(world, "db")).isTrue();
    assertThat(one(world, "db").restart.name()).isEqualTo(RestartPolicy.Name.UNLESS_STOPPED);
  }

  private static FakeContainer one(World world, String service) {
    return world.engine.containers.values().stream()
        .filter(c -> c.service().equals(service) && !c.migration)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aHoldForSeveralBackupsNamesThemAllAndEndsWithTheLast() {
    World world = running(w -> {});
    Release bad =
        release(
            """
            services:
              api: { version: 2, depends_on: { db: started } }
              db: { mounts: data }
            networks: [default]
            volumes: [data]
            """,
            List.of(new OnRollback.Restore(FILES_OF_IT), new OnRollback.Restore(Scenario.ROWS)));
    failing(world, "api", bad);
    world.engine.data.loads = false;
    deploy(world, bad);
    String id = record(world).deploymentId();
    assertThat(hold(world).owed()).containsExactly(FILES_OF_IT, Scenario.ROWS);
    assertThat(hold(world).reason())
        .contains("`holdfast restore shop " + id + " files`")
        .contains("`holdfast restore shop " + id + " rows`")
        .doesNotContain("holdfast sync");
    world.engine.data.files = "migrated";
    world.engine.data.loads = true;

    putBack(world, id, Scenario.ROWS, false);
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
    assertThat(hold(world).owed()).containsExactly(FILES_OF_IT);
    assertThat(runs(world, "api")).isFalse();

    putBack(world, id, FILES_OF_IT, false);
    assertThat(hold(world)).isNull();
    assertThat(world.engine.data.files).isEqualTo(FILES);
    assertThat(runs(world, "api")).isTrue();
    assertThat(problems(world)).isEmpty();
  }

  @Test
  void whatAHoldTellsPeopleToRestoreIsNotTidiedAway() {
    World world = running(BackupsTest::failing);
    world.engine.data.loads = false;
    deploy(world, release(2, new OnRollback.Restore(Scenario.ROWS)));
    String id = record(world).deploymentId();
    for (int day = 0; day < 12; day++) {
      world.later(Duration.ofDays(1));
      world.people().backup(Scenario.APP, Scenario.ROWS, "cron");
      world.settle();
    }
    assertThat(world.backups.find(Scenario.APP, id, Scenario.ROWS)).isPresent();
    assertThat(world.backups.all(Scenario.APP)).hasSizeLessThan(9);
    world.engine.data.loads = true;
    // What was saved since then holds what nobody knows.
    putBack(world, "latest", Scenario.ROWS, false);
    assertThat(hold(world).owed()).containsExactly(Scenario.ROWS);
    putBack(world, id, Scenario.ROWS, false);
    assertThat(hold(world)).isNull();
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
  }

  @Test
  void theSchemaOfBeforeIsNotPutUnderAReleaseThatMigratedIt() {
    World world = running(w -> {});
    Release first = release(1, new OnRollback.Keep());
    Release next = release(2, new OnRollback.Keep());
    deploy(world, next);
    assertThatThrownBy(() -> restore(world, "latest", null, true))
        .isInstanceOf(Apps.Refused.class)
        .hasMessageContaining("release " + first.id())
        .hasMessageContaining("release " + next.id())
        .hasMessageContaining("--older-schema")
        .hasMessageContaining("holdfast rollback shop");
    assertThat(world.people().data(Scenario.APP).olderSchema()).hasSize(1);
    world.people().restore(Scenario.APP, new Apps.Wish("latest", null, true, true), "ann");
    world.settle();
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);

    world.engine.data.rows = "destroyed";
    world.people().rollback(Scenario.APP, null, "ann");
    world.settle();
    assertThat(world.people().data(Scenario.APP).olderSchema()).isEmpty();
    putBack(world, "latest", null, true);
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
    assertThat(runs(world, "api")).isTrue();
    assertThat(problems(world)).isEmpty();
  }

  @Test
  void theLatestIsTheNewestOfAllThatSomebodyWantedToKeep() {
    World world = backedUp();
    String whole = world.people().data(Scenario.APP).latest();
    world.later(Duration.ofMinutes(1));
    world.people().backup(Scenario.APP, FILES_OF_IT, "ann");
    world.settle();
    assertThat(world.people().data(Scenario.APP).latest()).isEqualTo(whole);
    world.engine.data.rows = "destroyed";
    for (int i = 0; i < 2; i++) {
      world.later(Duration.ofMinutes(1));
      putBack(world, "latest", null, true);
      assertThat(operation(world).from()).isEqualTo(whole);
      assertThat(operation(world).names()).containsExactly(FILES_OF_IT, Scenario.ROWS);
      assertThat(world.engine.data.rows).isEqualTo(BEFORE);
    }
  }

  @Test
  void anEngineThatNeverDoesItEndsInAHoldAndNotInARestoreForEver() {
    World world = backedUp();
    world.onRestore(
        () -> {
          throw new EngineException.Ambiguous("could not write /data: no answer", null);
        });
    putBack(world, "latest", FILES_OF_IT, true);
    assertThat(operation(world).phase()).isEqualTo(Operation.Phase.FAILED);
    assertThat(hold(world).owed()).containsExactly(FILES_OF_IT);
    assertThat(hold(world).reason()).contains("no answer");

    world.onRestore(() -> {});
    putBack(world, "latest", FILES_OF_IT, true);
    assertThat(hold(world)).isNull();
    assertThat(runs(world, "api") && runs(world, "db")).isTrue();
    assertThat(problems(world)).isEmpty();
  }

  @Test
  void anEngineThatNeverDoesItEndsARollbackInAHoldAndNotInARestoreForEver() {
    for (String name : List.of(Scenario.ROWS, FILES_OF_IT)) {
      Release bad = release(2, new OnRollback.Restore(name));
      World world = running(w -> failing(w, "api", bad));
      world.onRestore(
          () -> {
            throw new EngineException.Ambiguous("could not write /data: no answer", null);
          });
      world.want(bad);
      world.settle();
      DeploymentRecord record = world.lastRecord().orElseThrow();
      assertThat(record.status()).describedAs("%s", record).isEqualTo(Status.ROLLBACK_FAILED);
      assertThat(hold(world).owed()).containsExactly(name);
      assertThat(hold(world).reason()).contains("10 looks in vain").contains("no answer");
      assertThat(runs(world, "api")).isFalse();

      world.onRestore(() -> {});
      restore(world, record.deploymentId(), name, false);
      world.settle();
      assertThat(hold(world)).isNull();
      assertThat(world.engine.data.files).isEqualTo(FILES);
      assertThat(runs(world, "api") && runs(world, "db")).isTrue();
      assertThat(problems(world)).isEmpty();
    }
  }

  /** One that a person holds for a reason of her own, and whose restore broke off. */
  private static World brokenWhileHeld() {
    World world = running(w -> {});
    world.people().backup(Scenario.APP, null, "ann");
    world.settle();
    world.people().hold(Scenario.APP, "stocktaking", "bob");
    world.settle();
    world.engine.data.loads = false;
    world.onRestore(() -> world.time.sleep(Duration.ofSeconds(1)));
    restore(world, "latest", Scenario.ROWS, true);
    world.settle();
    assertThat(operation(world).phase()).isEqualTo(Operation.Phase.FAILED);
    world.engine.data.loads = true;
    return world;
  }

  @Test
  void whatIsOwedUnderAPersonsHoldIsShownAndEndsWithoutTheHold() {
    World world = brokenWhileHeld();
    Memory.Hold broken = hold(world);
    assertThat(broken.by()).isEqualTo("bob");
    assertThat(broken.owed()).containsExactly(Scenario.ROWS);
    assertThat(broken.reason()).startsWith("stocktaking; and then restoring rows");
    assertThat(world.view().phase()).isEqualTo(Phase.Degraded);
    Why why = Reasons.of(world.view(), List.of());
    assertThat(why.reasons().getFirst().what()).contains("nobody knows").contains("rows");
    assertThat(why.next().getFirst()).contains("`holdfast restore shop ID rows`");
    assertThat(runs(world, "api")).isFalse();

    // What was saved just before it broke off is as good as any.
    restore(world, operation(world).id(), Scenario.ROWS, false);
    world.settle();
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
    assertThat(hold(world)).isEqualTo(new Memory.Hold("stocktaking", "bob", broken.at()));
    assertThat(world.view().phase()).isEqualTo(Phase.Held);
    assertThat(runs(world, "api")).isTrue();
  }

  @Test
  void whoLetsTheAgentGoOnDoesNotLetServicesRunOnBrokenDataUnasked() {
    World world = brokenWhileHeld();
    world.people().resume(Scenario.APP, "bob");
    world.settle();
    assertThat(hold(world).by()).isEqualTo("holdfast");
    assertThat(hold(world).reason()).startsWith("restoring rows");
    assertThat(world.view().phase()).isEqualTo(Phase.Held);
    assertThat(runs(world, "api")).isFalse();

    // Another person's word forgets nothing of it.
    world.people().hold(Scenario.APP, "hands off", "eve");
    world.settle();
    assertThat(hold(world).owed()).containsExactly(Scenario.ROWS);
    assertThat(world.view().phase()).isEqualTo(Phase.Degraded);
    world.people().resume(Scenario.APP, "eve");
    world.people().resume(Scenario.APP, "eve");
    world.settle();
    assertThat(hold(world)).isNull();
    assertThat(runs(world, "api")).isTrue();
  }

  @Test
  void aRestoreThatIsStuckGivesWayToAnotherAndIsOwedStill() {
    World world = backedUp();
    world.onRestore(
        () -> {
          throw new EngineException.Ambiguous("could not write /data: no answer", null);
        });
    restore(world, "latest", FILES_OF_IT, true);
    world.lookOnce();
    world.lookOnce();
    assertThat(operation(world).phase()).isEqualTo(Operation.Phase.BEGUN);
    world.onRestore(() -> {});
    assertThatThrownBy(() -> world.people().backup(Scenario.APP, null, "bob"))
        .as("a backup of what is half restored")
        .isInstanceOf(Apps.Refused.class)
        .hasMessageContaining("it does not get on: could not write /data");
    putBack(world, "latest", Scenario.ROWS, true);
    assertThat(hold(world).owed()).containsExactly(FILES_OF_IT);
    assertThat(runs(world, "api")).as("on files that are owed").isFalse();
    putBack(world, "latest", FILES_OF_IT, true);
    assertThat(hold(world)).isNull();
    assertThat(world.engine.data.files).isEqualTo(FILES);
    assertThat(runs(world, "api") && runs(world, "db")).isTrue();
    assertThat(problems(world)).isEmpty();
  }

  @Test
  void whatAStuckOneHadStoppedIsStartedByTheOneThatTakesItsPlace() {
    World world = running(w -> {});
    world.people().backup(Scenario.APP, null, "ann");
    world.settle();
    world.people().hold(Scenario.APP, "so that nothing else starts them", "bob");
    world.onRestore(
        () -> {
          throw new EngineException.Ambiguous("could not write /data: no answer", null);
        });
    restore(world, "latest", FILES_OF_IT, true);
    world.lookOnce();
    world.lookOnce();
    assertThat(operation(world).phase()).isEqualTo(Operation.Phase.BEGUN);
    assertThat(runs(world, "api")).isFalse();
    world.onRestore(() -> {});
    restore(world, "latest", FILES_OF_IT, true);
    world.settle();
    assertThat(operation(world).phase()).isEqualTo(Operation.Phase.SUCCEEDED);
    assertThat(hold(world).by()).isEqualTo("bob");
    assertThat(runs(world, "api") && runs(world, "db")).isTrue();
  }

  /** Half restored is worse than one rollout too many. */
  @Test
  void aRestoreThatHasBegunWaitsForNobodysTurn() {
    World world = running(w -> {});
    world.people().backup(Scenario.APP, null, "ann");
    world.settle();
    world.engine.data.rows = "destroyed";
    world.onRestore(
        () -> {
          throw new EngineException.Ambiguous("could not write /data: no answer", null);
        });
    restore(world, "latest", Scenario.ROWS, true);
    world.lookOnce();
    assertThat(operation(world).phase()).isEqualTo(Operation.Phase.BEGUN);
    world.onRestore(() -> {});
    world.occupied(1_000);
    world.lookOnce();
    assertThat(operation(world).phase()).isEqualTo(Operation.Phase.SUCCEEDED);
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
  }

  @Test
  void aBackupThatIsGoneWhenItIsNeededIsSaidAndNotPassedOver() {
    World world = running(BackupsTest::failing);
    world.onMigration(
        migration ->
            world.backups.all(Scenario.APP).stream()
                .filter(taken -> taken.name().equals(Scenario.ROWS))
                .forEach(world.backups::remove));
    world.want(release(2, new OnRollback.Restore(Scenario.ROWS)));
    world.settle();
    assertThat(world.lastRecord().orElseThrow().status()).isEqualTo(Status.ROLLBACK_FAILED);
    assertThat(hold(world).owed()).containsExactly(Scenario.ROWS);
    assertThat(hold(world).reason()).contains("is gone from the agent's state");
    assertThat(runs(world, "api")).isFalse();
  }

  @Test
  void oneThatGetsOnGivesWayToNobody() {
    World world = running(w -> {});
    world.people().backup(Scenario.APP, null, "ann");
    world.settle();
    world.engine.data.rows = "destroyed";
    restore(world, "latest", Scenario.ROWS, true);
    assertThatThrownBy(() -> restore(world, "latest", FILES_OF_IT, true))
        .isInstanceOf(Apps.Refused.class)
        .hasMessageContaining("restores rows")
        .hasMessageContaining("not over yet");
    world.settle();
    assertThat(operation(world).names()).containsExactly(Scenario.ROWS);
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
  }

  /** What was saved after data broke is the very data that nobody knows. */
  @Test
  void whatWasSavedWhileDataIsOwedDoesNotEndTheHold() {
    World world = running(w -> {});
    world.people().backup(Scenario.APP, null, "ann");
    world.settle();
    String good = world.people().data(Scenario.APP).latest();
    world.engine.data.loads = false;
    restore(world, good, Scenario.ROWS, false);
    world.settle();
    assertThat(hold(world).owed()).containsExactly(Scenario.ROWS);
    world.later(Duration.ofMinutes(1));
    world.onRestore(() -> world.time.sleep(Duration.ofSeconds(1)));
    restore(world, good, Scenario.ROWS, true);
    world.settle();
    String since = operation(world).id();
    assertThat(world.backups.find(Scenario.APP, since, Scenario.ROWS)).isPresent();
    world.later(Duration.ofMinutes(1));

    world.engine.data.loads = true;
    restore(world, since, Scenario.ROWS, false);
    world.settle();
    assertThat(operation(world).phase()).isEqualTo(Operation.Phase.SUCCEEDED);
    assertThat(hold(world).owed()).containsExactly(Scenario.ROWS);
    assertThat(runs(world, "api")).isFalse();
    restore(world, good, Scenario.ROWS, false);
    world.settle();
    assertThat(hold(world)).isNull();
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
    assertThat(problems(world)).isEmpty();
  }

  @Test
  void anotherThatBreaksIsOwedBesideTheFirst() {
    World world = running(w -> {});
    world.people().backup(Scenario.APP, null, "ann");
    world.settle();
    world.engine.data.loads = false;
    restore(world, "latest", Scenario.ROWS, false);
    world.settle();
    assertThat(hold(world).owed()).containsExactly(Scenario.ROWS);
    world.onRestore(
        () -> {
          throw new EngineException.Ambiguous("could not write /data: no answer", null);
        });
    restore(world, "latest", FILES_OF_IT, false);
    world.settle();
    assertThat(hold(world).owed()).containsExactly(FILES_OF_IT, Scenario.ROWS);
  }

  @Test
  void aRestoreThatBreaksUnderAPersonsHoldLeavesItThatPersons() {
    World world = running(w -> {});
    world.people().backup(Scenario.APP, null, "ann");
    world.settle();
    world.people().hold(Scenario.APP, "the disks are exchanged", "bob");
    world.engine.data.loads = false;
    restore(world, "latest", Scenario.ROWS, false);
    world.settle();
    assertThat(hold(world).by()).isEqualTo("bob");
    assertThat(hold(world).owed()).containsExactly(Scenario.ROWS);
    assertThat(hold(world).reason())
        .startsWith("the disks are exchanged; and then ")
        .contains("broke off");
    world.engine.data.loads = true;
    restore(world, "latest", Scenario.ROWS, false);
    world.settle();
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
    assertThat(hold(world).by()).isEqualTo("bob");
    assertThat(hold(world).owed()).isEmpty();
  }

  @Test
  void aVolumeThatItsImageCannotEmptyStopsTheReleaseAndNotTheRollback() {
    World world = running(w -> {});
    Release bad = release(2, 2, new OnRollback.Restore(FILES_OF_IT));
    world.engine.behaviours.put(
        bad.services().get("db").image().pullReference(),
        new Behaviour(Behaviour.Kind.GOOD, Duration.ofSeconds(1), 127, Duration.ofSeconds(1)));
    world.want(bad);
    world.lookOnce();
    DeploymentRecord record = record(world);
    assertThat(record.status()).isEqualTo(Status.FAILED);
    assertThat(record.failure().step()).isEqualTo("backup");
    assertThat(record.failure().reason()).contains("`find` in the image of db").contains("127");
    assertThat(record.migrations()).isEmpty();
    assertThat(problems(world)).isEmpty();
  }

  @Test
  void aVolumeThatItsImageCannotEmptyIsNotTouchedByARestoreThatAPersonAsksFor() {
    Release strange = release(1, new OnRollback.Keep());
    World world =
        running(
            strange,
            w ->
                w.engine.behaviours.put(
                    strange.services().get("db").image().pullReference(),
                    new Behaviour(
                        Behaviour.Kind.GOOD, Duration.ofSeconds(1), 127, Duration.ofSeconds(1))));
    world.people().backup(Scenario.APP, null, "ann");
    world.settle();
    FakeContainer api = one(world, "api");
    restore(world, "latest", FILES_OF_IT, true);
    world.settle();
    assertThat(operation(world).phase()).isEqualTo(Operation.Phase.FAILED);
    assertThat(operation(world).message())
        .contains("nothing was touched", "`find` in the image of db");
    assertThat(world.engine.data.files).isEqualTo(FILES);
    assertThat(hold(world)).isNull();
    assertThat(api.active()).isTrue();
    assertThat(problems(world)).isEmpty();
  }

  /** The engine, not the agent, and with it what runs; also in the middle of a restore. */
  @Test
  void whatAPersonRestoresIsThereWheneverTheEngineDies() {
    World first = running(w -> {});
    int begun = first.events.size();
    restored(first);
    int events = first.events.size() - begun;
    assertThat(first.events).anyMatch(event -> event.startsWith("middle of load"));
    for (int event = 0; event < events; event++) {
      for (boolean killed : List.of(false, true)) {
        World world = running(w -> {});
        world.happens(event, Duration.ofDays(1), () -> world.engine.restart(killed));
        try {
          restored(world);
        } catch (AssertionError e) {
          throw new AssertionError(
              "the engine's death at "
                  + event
                  + " of "
                  + world.events.subList(begun, world.events.size()),
              e);
        }
        assertThat(problems(world)).describedAs("the engine's death at %d", event).isEmpty();
      }
    }
  }

  private static void restored(World world) {
    world.people().backup(Scenario.APP, null, "ann");
    world.settle();
    if (operation(world).phase() == Operation.Phase.FAILED) {
      world.people().backup(Scenario.APP, null, "ann");
      world.settle();
    }
    world.engine.data.rows = "destroyed";
    world.engine.data.files = "overwritten";
    putBack(world, "latest", null, true);
    // An engine that died while they started may have kept them from being found well.
    assertThat(operation(world).message()).startsWith("restored files, rows of ");
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
    assertThat(world.engine.data.files).isEqualTo(FILES);
    assertThat(hold(world)).isNull();
    assertThat(runs(world, "api") && runs(world, "db")).isTrue();
  }

  @Test
  void nobodyWritesBetweenWhatIsSavedAndWhatReplacesIt() {
    World world = backedUp();
    world.onSave(
        () -> {
          if (runs(world, "api")) {
            world.violation("what is written now is in neither copy");
          }
        });
    putBack(world, "latest", null, true);
    assertThat(operation(world).phase()).isEqualTo(Operation.Phase.SUCCEEDED);
    assertThat(problems(world)).isEmpty();
  }

  @Test
  void whereNothingCanBeSavedThoseThatWereStoppedRunAgain() {
    World world = backedUp();
    world.engine.data.dumps = false;
    world.people().hold(Scenario.APP, "so that nothing else starts them", "bob");
    FakeContainer api = one(world, "api");
    putBack(world, "latest", null, true);
    assertThat(operation(world).phase()).isEqualTo(Operation.Phase.FAILED);
    assertThat(operation(world).message()).contains("nothing was touched");
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
    assertThat(api.active()).isTrue();
    assertThat(api.restart.name()).isEqualTo(RestartPolicy.Name.UNLESS_STOPPED);
    assertThat(problems(world)).isEmpty();
  }

  @Test
  void aRequestThatCouldNotBeginInTimeSurprisesNobodyLater() {
    World world = backedUp();
    world.engine.data.rows = "of the day after";
    restore(world, "latest", null, true);
    world.time.sleep(Duration.ofMinutes(16));
    world.settle();
    assertThat(operation(world).phase()).isEqualTo(Operation.Phase.FAILED);
    assertThat(operation(world).message()).contains("15 minutes").contains("ask again");
    assertThat(world.engine.data.rows).isEqualTo("of the day after");
    putBack(world, "latest", null, true);
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
  }

  @Test
  void oneThatCannotGoOnAfterABackupKeepsNoOtherPaused() {
    Release two =
        release(
            """
            services:
              api: { depends_on: { db: started } }
              db: { mounts: data }
              files: { mounts: data }
            networks: [default]
            volumes: [data]
            """,
            List.of());
    World world = running(two, w -> {});
    FakeContainer db = one(world, "db");
    FakeContainer files = one(world, "files");
    world.engine.cannotStart.add(db.id);
    world.people().backup(Scenario.APP, FILES_OF_IT, "ann");
    world.lookOnce();
    assertThat(files.state).isEqualTo(State.RUNNING);
    assertThat(operation(world).message()).contains("docker unpause " + db.name);
  }

  @Test
  void theFailedOneThatAnswersStaysWhereTheOneThatComesBackDiesInTheDrain() {
    Release first =
        CaseRelease.parse(
            "{ services: { api: { start-first: true, drain: 30 } }, networks: [default] }");
    Release bad =
        CaseRelease.parse(
            "{ services: { api: { version: 2, start-first: true, drain: 30 } }, networks: [default],"
                + " smoke: [{}] }");
    World world = running(first, w -> {});
    FakeContainer old = one(world, "api");
    world.engine.execsFail = true;
    world.onTurn(
        () ->
            world.happens(
                1 << 20,
                Duration.ofSeconds(20),
                () -> {
                  old.state = State.EXITED;
                  old.exitCode = 1;
                }));
    world.want(bad);
    world.lookOnce();
    assertThat(record(world).status()).isEqualTo(Status.ROLLBACK_FAILED);
    assertThat(world.engine.containers.values())
        .anyMatch(c -> c != old && c.service().equals("api") && c.active() && !c.hidden);
    assertThat(world.violations).isEmpty();
  }

  /** Nothing but the release that failed says how its backup is restored. */
  @Test
  void whatTheFirstReleaseWithABackupLeftUnrestoredCanBeRestored() {
    Release without =
        CaseRelease.parse(
            """
            services:
              api: { depends_on: { db: started } }
              db: { mounts: data }
            networks: [default]
            volumes: [data]
            """);
    World world = running(without, BackupsTest::failing);
    world.engine.data.loads = false;
    deploy(world, release(2, new OnRollback.Restore(Scenario.ROWS)));
    assertThat(hold(world).owed()).containsExactly(Scenario.ROWS);

    world.engine.data.loads = true;
    putBack(world, record(world).deploymentId(), Scenario.ROWS, true);
    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
    assertThat(hold(world)).isNull();
    assertThat(runs(world, "api") && runs(world, "db")).isTrue();
    assertThat(one(world, "api").labels.get(Labels.RELEASE)).isEqualTo(without.id());
    assertThat(problems(world)).isEmpty();
  }

  @Test
  void aRestoreDoesNotWaitForTheReleaseThatWaitsForAPerson() {
    World world = backedUp();
    String id = world.backups.all(Scenario.APP).getFirst().id();
    world.rules(new Rules(true, null, Timetable.ALWAYS, null));
    deploy(world, release(2, new OnRollback.Keep()));
    assertThat(record(world).waits()).isTrue();
    world.engine.data.rows = "destroyed";
    putBack(world, id, Scenario.ROWS, true);

    assertThat(world.engine.data.rows).isEqualTo(BEFORE);
    assertThat(record(world).waits()).isTrue();
    world.people().approve(Scenario.APP, null, "ann");
    world.settle();
    assertThat(record(world).status()).isEqualTo(Status.SUCCEEDED);
    assertThat(problems(world)).isEmpty();
  }
}
