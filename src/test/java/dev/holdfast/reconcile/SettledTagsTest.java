package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SettledTagsTest {
  private static final class Clock implements Time {
    Instant now = Instant.parse("2026-11-20T12:00:00Z");

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public void sleep(Duration duration) {
      now = now.plus(duration);
    }

    @Override
    public void checkStopping() {}
  }

  private final Clock clock = new Clock();
  private final InMemoryStore store = new InMemoryStore();

  /** As after each start of the agent: nothing but the store is left. */
  private SettledTags.Settled look(String tag, String digest) {
    return new SettledTags(new AppMemory(store, "shop"), clock, Duration.ofMinutes(1))
        .settled(tag, digest);
  }

  @Test
  void F06_whatMovesBackIsReportedAndNotFollowedUntilItHasStoodAlsoOverRestarts() {
    look("acme/api:main", "main@A");
    assertThat(look("acme/api:main", "main@B")).isEqualTo(new SettledTags.Settled("main@B", null));

    SettledTags.Settled back = look("acme/api:main", "main@A");
    assertThat(back.resolved()).isEqualTo("main@B");
    assertThat(back.notice())
        .isEqualTo(
            "image acme/api:main points again to main@A, which it was moved away from before; it is"
                + " not followed until it has stood there until 2026-11-20T12:01:00Z (settle)");
    assertThat(SettledTags.notices(store.memory("shop"))).containsExactly(back.notice());

    clock.sleep(Duration.ofSeconds(59));
    assertThat(look("acme/api:main", "main@A").resolved()).isEqualTo("main@B");
    clock.sleep(Duration.ofSeconds(1));
    assertThat(look("acme/api:main", "main@A")).isEqualTo(new SettledTags.Settled("main@A", null));
    assertThat(SettledTags.notices(store.memory("shop"))).isEmpty();
  }

  @Test
  void whatGitSaysIsFollowedAtOnceBecauseItIsAnotherTag() {
    look("acme/api:1.4.2", "1.4.2@A");
    look("acme/api:1.4.3", "1.4.3@B");

    assertThat(look("acme/api:1.4.2", "1.4.2@A"))
        .isEqualTo(new SettledTags.Settled("1.4.2@A", null));
  }

  @Test
  void aSteadyTagWritesNothing() {
    look("acme/api:main", "main@A");
    int[] writes = {0};
    store.beforeWrite(what -> writes[0]++);
    look("acme/api:main", "main@A");

    assertThat(writes[0]).isZero();
  }
}
