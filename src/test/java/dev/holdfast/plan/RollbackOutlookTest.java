package dev.holdfast.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.RecordBuilder;
import dev.holdfast.model.Release;
import dev.holdfast.model.RolloutSpec;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RollbackOutlookTest {
  private static Release release(OnRollback... ways) {
    List<Migration> migrations =
        java.util.Arrays.stream(ways)
            .map(
                way ->
                    new Migration(
                        "api",
                        List.of("migrate"),
                        Migration.Mode.RUN,
                        Environment.EMPTY,
                        Duration.ofMinutes(1),
                        way,
                        null))
            .toList();
    Release plain = CaseRelease.parse("services: { api: { version: 2 } }");
    return new Release(
        plain.app(),
        plain.services(),
        plain.networks(),
        plain.volumes(),
        new RolloutSpec(
            migrations, List.of(), List.of(), Duration.ofSeconds(30), null, new TreeMap<>()));
  }

  private static RollbackOutlook of(Release release, SortedSet<Integer> coming, boolean ran) {
    DeploymentRecord record =
        ran
            ? RecordBuilder.to(release.id()).migrated(0, 0).build()
            : RecordBuilder.to(release.id()).build();
    return RollbackOutlook.of(release, "0a1b2c3d4e5f", record, coming);
  }

  private static SortedSet<Integer> first() {
    return new TreeSet<>(List.of(0));
  }

  @Test
  void whatNeedsNoMigrationIsPutBack() {
    assertThat(of(release(new OnRollback.Hold()), new TreeSet<>(), false))
        .isEqualTo(new RollbackOutlook(true, "if it fails, release 0a1b2c3d4e5f is put back"));
  }

  @Test
  void keepPutsTheOldReleaseOnTheNewSchema() {
    assertThat(of(release(new OnRollback.Keep()), first(), false))
        .isEqualTo(
            new RollbackOutlook(
                true,
                "if it fails, release 0a1b2c3d4e5f is put back, on the schema as it is then"
                    + " (on-rollback: keep)"));
  }

  @Test
  void aCommandUndoesFirst() {
    RollbackOutlook outlook = of(release(new OnRollback.Command(List.of("undo"))), first(), false);

    assertThat(outlook.automatic()).isTrue();
    assertThat(outlook.reason()).contains("after the on-rollback commands");
  }

  @Test
  void aBackupIsRestoredFirstAndWhatWasWrittenSinceIsLost() {
    RollbackOutlook outlook = of(release(new OnRollback.Restore("db")), first(), false);

    assertThat(outlook.automatic()).isTrue();
    assertThat(outlook.reason())
        .contains("after backup db has been restored: what was written since it was taken is lost");
  }

  @Test
  void holdNeedsAPersonOnceItHasRun() {
    for (OnRollback way : List.<OnRollback>of(new OnRollback.Hold())) {
      RollbackOutlook coming = of(release(way), first(), false);
      RollbackOutlook ran = of(release(way), new TreeSet<>(), true);

      assertThat(coming.automatic()).isFalse();
      assertThat(coming.reason()).startsWith("once its migration in api has run, it is not");
      assertThat(ran.automatic()).isFalse();
      assertThat(ran.reason())
          .startsWith("its migration in api has run: release 0a1b2c3d4e5f cannot run");
    }
  }

  @Test
  void whatAPlanIsStillToRunIsKnownByTheMigrationsOfBothKinds() {
    Release release =
        CaseRelease.parse(
            "services: { api: { version: 2 } }\nmigrate: [{}, { mode: exec }, {}, { mode: exec }]");
    DeploymentRecord record =
        RecordBuilder.to(release.id()).began().migrated(0, 0).migrated(1, 0).build();
    Plan plan =
        Planner.deployment(
            new PlanInput(release, null, record, PlanPartsTest.seen(), Set.of(), Set.of()));

    assertThat(RollbackOutlook.migrations(plan)).containsExactly(2, 3);
    assertThat(RollbackOutlook.migrations(new Plan(List.of()))).isEmpty();
  }

  @Test
  void withoutAReleaseBeforeThereIsNoWayBack() {
    Release release = release();

    assertThat(
            RollbackOutlook.of(
                    release, null, RecordBuilder.to(release.id()).build(), new TreeSet<>())
                .automatic())
        .isFalse();
  }
}
