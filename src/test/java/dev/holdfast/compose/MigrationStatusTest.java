package dev.holdfast.compose;

import static dev.holdfast.compose.Loading.loaded;
import static dev.holdfast.compose.Loading.problems;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Canonical;
import dev.holdfast.model.RolloutSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code status} of a migration: what would be applied. */
class MigrationStatusTest {
  private static String file(String migration) {
    return "services: { api: { image: \"acme/api:1\" } }\nx-holdfast: { migrate: { service: api, "
        + migration
        + " } }\n";
  }

  private static RolloutSpec rollout(String migration) {
    return loaded(file(migration)).rollout();
  }

  @Test
  void isACommandLikeTheMigrationItself() {
    assertThat(
            rollout("command: [prisma, migrate, deploy], status: [prisma, migrate, status]")
                .migrations()
                .getFirst()
                .status())
        .isEqualTo(List.of("prisma", "migrate", "status"));
    assertThat(
            rollout("command: [up], status: \"up --dry 'a b'\"").migrations().getFirst().status())
        .isEqualTo(List.of("up", "--dry", "a b"));
  }

  /** An upgraded agent has no other release than the one before it. */
  @Test
  void aReleaseWithoutItIsTheReleaseThatItWas() {
    RolloutSpec without = rollout("command: [up]");
    assertThat(without.migrations().getFirst().status()).isNull();
    assertThat(Canonical.sha256(without))
        .isNotEqualTo(Canonical.sha256(rollout("command: [up], status: [down]")));
  }

  @Test
  void theCommandThatMigratesAndAnEmptyOneAreRefused() {
    assertThat(problems(file("command: [prisma, migrate], status: [prisma, migrate]")).toString())
        .contains("x-holdfast.migrate[0].status", "is the command that migrates");
    assertThat(problems(file("command: [up], status: []")).toString())
        .contains("status", "is missing or empty");
  }
}
