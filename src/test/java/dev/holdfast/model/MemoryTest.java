package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Memory.Confirmed;
import dev.holdfast.model.Memory.Hold;
import dev.holdfast.model.Memory.Quarantine;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private static final Instant AT = Instant.parse("2026-11-21T10:00:00Z");

  /** Everything that an app can remember, none of it empty. */
  private static final Memory FULL =
      new Memory(
          List.of(good("r1")),
          new TreeMap<>(Map.of("bad", failed("bad", AT))),
          new Hold("a look", "ann", AT),
          "d1",
          "r1",
          List.of("registry.test/api@sha256:1"),
          new TreeMap<>(Map.of("c1", "hash")),
          new TreeMap<>(Map.of("api:1", TagHistory.first("A"))),
          Consent.NONE,
          "d0");

  private static Confirmed good(String release) {
    return new Confirmed(release, null, null, null, AT);
  }

  private static Quarantine failed(String release, Instant at) {
    return new Quarantine(release, "d-" + release, "it failed", at, 1, null);
  }

  /** The last one is the newest. */
  private static Memory confirmed(String... releases) {
    Memory memory = Memory.EMPTY;
    for (String release : releases) {
      memory = memory.confirm(good(release), 9);
    }
    return memory;
  }

  private static List<String> releases(Memory memory) {
    return memory.confirmed().stream().map(Confirmed::release).toList();
  }

  @Test
  void theLastGoodReleaseIsTheOneThatWasConfirmedLast() {
    assertThat(Memory.EMPTY.lastGood()).isNull();
    assertThat(confirmed("a", "b").lastGood()).isEqualTo("b");
    assertThat(releases(confirmed("a", "b", "c", "a"))).containsExactly("a", "c", "b");
  }

  @Test
  void noMoreGoodReleasesAreKeptThanAskedForAndTheLastAlways() {
    assertThat(releases(confirmed("a", "b").confirm(good("c"), 2))).containsExactly("c", "b");
    assertThat(releases(confirmed("a", "b").confirm(good("c"), 0))).containsExactly("c");
    assertThat(releases(confirmed("a", "b", "c").returnTo(good("b"), 2))).containsExactly("b", "a");
    assertThat(releases(confirmed("a", "b", "c").returnTo(good("b"), 0))).containsExactly("b");
  }

  @Test
  void afterTheWayBackTheNextOneGoesOnToWhatIsOlderStill() {
    Memory back = confirmed("a", "b", "c").returnTo(good("b"), 9);
    assertThat(releases(back)).containsExactly("b", "a", "c");
    assertThat(releases(back.returnTo(good("a"), 9))).containsExactly("a", "c", "b");
    assertThat(releases(confirmed("a", "b").returnTo(good("forgotten"), 9)))
        .containsExactly("forgotten", "b", "a");
  }

  @Test
  void anAppThatFailsForYearsKeepsItsNewestFailures() {
    Memory memory = Memory.EMPTY;
    for (int i = 0; i < 50; i++) {
      memory = memory.quarantine(failed("r" + i, AT.minusSeconds(i)));
    }
    assertThat(memory.quarantined()).hasSize(50).containsKey("r49");

    Memory more = memory.quarantine(failed("new", AT));
    assertThat(more.quarantined()).hasSize(50).containsKey("new").doesNotContainKey("r49");
  }

  @Test
  void aReleaseIsQuarantinedUntilSomebodyReleasesIt() {
    assertThat(FULL.isQuarantined("bad", AT)).isTrue();
    assertThat(FULL.isQuarantined("r1", AT)).isFalse();
    assertThat(FULL.release("bad").isQuarantined("bad", AT)).isFalse();
    assertOnlyChanged(FULL.release("bad"), "quarantined");
  }

  @Test
  void whatIsLearntLeavesAllElseAsItWas() {
    SortedMap<String, String> others = new TreeMap<>(Map.of("c2", "other"));
    assertThat(FULL.withDeployment("d2").deployment()).isEqualTo("d2");
    assertOnlyChanged(FULL.withDeployment("d2"), "deployment");
    assertThat(FULL.withHold(null).hold()).isNull();
    assertOnlyChanged(FULL.withHold(null), "hold");
    assertThat(FULL.withPinned(null).pinned()).isNull();
    assertOnlyChanged(FULL.withPinned(null), "pinned");
    assertThat(FULL.withPulled(List.of()).pulled()).isEmpty();
    assertOnlyChanged(FULL.withPulled(List.of()), "pulled");
    assertThat(FULL.withTakenOver(others).takenOver()).isEqualTo(others);
    assertOnlyChanged(FULL.withTakenOver(others), "takenOver");
    assertOnlyChanged(FULL.confirm(good("r2"), 3), "confirmed");
    assertOnlyChanged(FULL.returnTo(good("r2"), 3), "confirmed");
    assertOnlyChanged(FULL.quarantine(failed("r3", AT)), "quarantined");
    assertOnlyChanged(FULL.withTag("db:1", TagHistory.first("B")), "tags");
  }

  private static void assertOnlyChanged(Memory now, String component) {
    List<String> changed =
        Arrays.stream(Memory.class.getRecordComponents())
            .filter(c -> !read(c, now).equals(read(c, FULL)))
            .map(c -> c.getName())
            .toList();
    assertThat(changed).containsExactly(component);
  }

  private static String read(java.lang.reflect.RecordComponent component, Memory memory) {
    try {
      return String.valueOf(component.getAccessor().invoke(memory));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void noMoreTagsAreFollowedThanMemoryHasRoomForAndTheNewestIsAmongThem() {
    Memory memory = Memory.EMPTY;
    for (int i = 0; i < 200; i++) {
      memory = memory.withTag("n%03d:1".formatted(i), TagHistory.first("A"));
    }
    assertThat(memory.tags()).hasSize(200);
    assertThat(memory.withTag("n007:1", TagHistory.first("B")).tags())
        .hasSize(200)
        .containsEntry("n007:1", TagHistory.first("B"));

    Memory more = memory.withTag("a:1", TagHistory.first("B"));
    assertThat(more.tags()).hasSize(200).containsKey("a:1");
  }

  @Test
  void aTagThatIsFollowedIsNotWhatMakesRoomInAMemoryThatIsTooLarge() {
    SortedMap<String, TagHistory> tags = new TreeMap<>();
    for (int i = 0; i < 201; i++) {
      tags.put("n%03d:1".formatted(i), TagHistory.first("A"));
    }
    Memory memory =
        new Memory(
            List.of(),
            new TreeMap<>(),
            null,
            null,
            null,
            List.of(),
            new TreeMap<>(),
            tags,
            Consent.NONE,
            null);

    assertThat(memory.withTag("n000:1", TagHistory.first("B")).tags())
        .containsEntry("n000:1", TagHistory.first("B"));
  }
}
