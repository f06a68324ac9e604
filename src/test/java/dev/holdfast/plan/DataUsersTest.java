package dev.holdfast.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Backup;
import dev.holdfast.model.Backup.From;
import dev.holdfast.model.Backup.Kind;
import dev.holdfast.model.Release;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataUsersTest {
  private static final Release RELEASE =
      CaseRelease.parse(
          """
          services:
            db: { version: 1 }
            api: { version: 1, depends_on: { db: healthy } }
            web: { version: 1, depends_on: { api: started } }
            cache: { version: 1 }
          """);

  private static Backup rows() {
    return new Backup(
        new From.Command("db", List.of("dump"), List.of(), List.of("load")),
        Backup.DEFAULT_TIMEOUT);
  }

  @Test
  void whoDependsOnTheDataHoweverFarIsStoppedFirstToLastAndWhatHoldsItRuns() {
    assertThat(DataUsers.of(RELEASE, null, List.of(rows()))).containsExactly("web", "api");
  }

  @Test
  void whatDependedOnItInTheReleaseBeforeIsStoppedToo() {
    Release before =
        CaseRelease.parse(
            """
            services:
              db: { version: 1 }
              old: { version: 1, depends_on: { db: started } }
            """);
    assertThat(DataUsers.of(RELEASE, before, List.of(rows())))
        .containsExactlyInAnyOrder("web", "api", "old");
  }

  @Test
  void nobodyIsStoppedForWhatNobodyMounts() {
    Backup files =
        new Backup(
            new From.Mounted(Kind.FILES, "uploads", "api", "/up", false), Backup.DEFAULT_TIMEOUT);
    assertThat(DataUsers.of(RELEASE, null, List.of(files))).isEmpty();
  }
}
