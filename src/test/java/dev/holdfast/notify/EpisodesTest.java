package dev.holdfast.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.notify.Episodes.Change;
import dev.holdfast.notify.Happening.Looked;
import dev.holdfast.notify.Happening.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** When a trouble has begun and when it is over. */
class EpisodesTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private Told told = Told.NOTHING.copy();
  private Episodes episodes = new Episodes(told, Pace.DEFAULT);
  private final List<String> heard = new ArrayList<>();
  private long seconds = 1_000;

  private void look(String app, String notifier, Set<String> unknown, String... met) {
    Map<String, String> troubles = new TreeMap<>();
    for (String kind : met) {
      troubles.put(kind, "why");
    }
    Looked look = new Looked(new Subject(app, Set.of(notifier), ""), troubles, unknown);
    for (Change change :
        episodes.looked(look, NOON.plusSeconds(seconds), Duration.ofSeconds(seconds).toNanos())) {
      heard.add(change.kind() + (change.began() ? " began " : " ended ") + change.notifiers());
    }
    seconds += 30;
  }

  private void look(String app, String... met) {
    look(app, "ops", Set.of(), met);
  }

  @Test
  void onePollThatFailsIsNoTrouble() {
    for (int i = 0; i < 20; i++) {
      look("shop", "source");
      look("shop");
    }
    assertThat(heard).isEmpty();
  }

  @Test
  void looksInTheSameMomentAreOne() {
    look("shop", "source");
    seconds -= 29;
    look("shop", "source");
    assertThat(heard).isEmpty();
    look("shop", "source");
    assertThat(heard).containsExactly("source began [ops]");
  }

  @Test
  void aTroubleThatLastsIsToldOnceAndItsEndOnce() {
    for (int i = 0; i < 50; i++) {
      look("shop", "source");
    }
    for (int i = 0; i < 50; i++) {
      look("shop");
    }
    assertThat(heard).containsExactly("source began [ops]", "source ended [ops]");
    assertThat(told.troubles()).isEmpty();
  }

  @Test
  void whatALookCouldNotLookForIsNotOver() {
    look("shop", "registry");
    look("shop", "registry");
    for (int i = 0; i < 10; i++) {
      look("shop", "ops", Set.of("registry"), "source");
    }
    assertThat(heard).containsExactly("registry began [ops]", "source began [ops]");
  }

  @Test
  void anEngineThatIsAwayIsOneTroubleOfAllApps() {
    for (int i = 0; i < 3; i++) {
      for (String app : List.of("a", "b", "c")) {
        look(app, "engine");
      }
    }
    for (int i = 0; i < 3; i++) {
      look("a");
      look("b");
      look("c", "engine");
    }
    assertThat(heard).containsExactly("engine began [ops]");
    look("c");
    look("c");
    assertThat(heard).containsExactly("engine began [ops]", "engine ended [ops]");
  }

  @Test
  void whoeverIsToldOfAnAppHearsOfWhatItSharesToo() {
    for (int i = 0; i < 3; i++) {
      look("a", "ops", Set.of(), "engine");
      look("b", "team-b", Set.of(), "engine");
    }
    for (int i = 0; i < 3; i++) {
      look("a", "ops", Set.of());
      look("b", "team-b", Set.of());
    }
    assertThat(heard)
        .containsExactly(
            "engine began [ops]", "engine began [team-b]", "engine ended [ops, team-b]");
  }

  @Test
  void whatComesAndGoesIsToldOnceInAWhile() {
    for (int i = 0; i < 5; i++) {
      look("shop", "source");
      look("shop", "source");
      look("shop");
      look("shop");
    }
    assertThat(heard).hasSize(2);
    seconds += 1_000;
    look("shop", "source");
    look("shop", "source");
    assertThat(heard).hasSize(3);
  }

  @Test
  void aRestartForgetsNothing() {
    look("shop", "source");
    look("shop", "source");
    Told written = Json.MAPPER.convertValue(Json.tree(told), Told.class);
    assertThat(written).isEqualTo(told);
    told = written;
    episodes = new Episodes(told, Pace.DEFAULT);
    seconds = 5;
    look("shop", "source");
    look("shop", "source");
    assertThat(heard).containsExactly("source began [ops]");
    look("shop");
    look("shop");
    assertThat(heard).containsExactly("source began [ops]", "source ended [ops]");
  }

  @Test
  void anAppThatIsGoneLeavesNothingOpen() {
    look("a", "engine");
    look("a", "engine");
    look("a", "engine", "source");
    look("a", "engine", "source");
    episodes.gone("a");
    assertThat(told.troubles()).isEmpty();
  }
}
