package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.Memory;
import dev.holdfast.model.RecordBuilder;
import dev.holdfast.reconcile.RolloutGate.Claim;
import dev.holdfast.reconcile.RolloutGate.Place;
import dev.holdfast.reconcile.RolloutGate.Turn;
import dev.holdfast.store.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Whose turn it is: never two of a group, never too many, and everybody some time. */
class TurnsTest {
  private static final Map<String, String> GROUPS =
      Map.of("a1", "a", "a2", "a", "a3", "a", "b1", "b", "b2", "b");
  private final InMemoryStore store = new InMemoryStore();
  private final Clock clock = new Clock();
  private final List<String> woken = new ArrayList<>();
  private int most = 2;
  private final Turns turns =
      new Turns(() -> most, TurnsTest::companions, store, clock, woken::add);

  private static final class Clock implements Time {
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");

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

  private static Set<String> companions(String app) {
    Set<String> all = new TreeSet<>();
    GROUPS.forEach(
        (other, group) -> {
          if (group.equals(GROUPS.get(app)) && !other.equals(app)) {
            all.add(other);
          }
        });
    return all;
  }

  private Place goes(String app) {
    Turn turn = turns.ask(app, Claim.NEW);
    assertThat(turn).as(app).isInstanceOf(Turn.Granted.class);
    return ((Turn.Granted) turn).place();
  }

  private String waits(String app) {
    Turn turn = turns.ask(app, Claim.NEW);
    assertThat(turn).as(app).isInstanceOf(Turn.Later.class);
    return ((Turn.Later) turn).why();
  }

  /** Its agent died in the middle of a rollout. */
  private void halfway(String app, boolean begun) {
    RecordBuilder record = RecordBuilder.to("r" + app).app(app);
    if (begun) {
      record.steps(
          new StepRecord("migrate", "api", RecordBuilder.AT, null, StepStatus.RUNNING, null));
    }
    DeploymentRecord own = record.build();
    store.saveRecord(own);
    store.saveMemory(app, Memory.EMPTY.withDeployment(own.deploymentId()));
  }

  @Test
  void noMoreThanConcurrencyAllows() {
    Place first = goes("x");
    goes("y");
    assertThat(waits("z")).contains("x, y being rolled out");
    first.close();
    assertThat(woken).containsExactly("z");
    goes("z");
  }

  @Test
  void neverTwoOfAGroupAndOthersPassThem() {
    Place first = goes("a1");
    assertThat(waits("a2")).contains("a1 of the same group");
    goes("b1");
    most = 9;
    assertThat(waits("b2")).contains("b1 of the same group");
    goes("x");
    first.close();
    goes("a2");
  }

  @Test
  void whoAskedFirstGoesFirst() {
    most = 1;
    Place place = goes("x");
    waits("y");
    waits("z");
    place.close();
    assertThat(waits("z")).contains("after y");
    place = goes("y");
    assertThat(waits("x")).contains("y being rolled out");
    place.close();
    assertThat(waits("x")).contains("after z");
    goes("z").close();
    goes("x");
  }

  @Test
  void whoWaitsForItsGroupKeepsNobodyElseFromAPlace() {
    goes("a1");
    waits("a2");
    goes("x");
  }

  @Test
  void whoDoesNotComeOrLeftHoldsUpNobody() {
    most = 1;
    Place place = goes("x");
    waits("y");
    waits("z");
    turns.leave("y");
    place.close();
    place = goes("z");
    waits("x");
    waits("y");
    place.close();
    waits("y");
    clock.sleep(Duration.ofMinutes(6));
    goes("y");
  }

  @Test
  void afterAStartWhatHasBegunGoesBeforeAnyOtherOfItsGroup() {
    halfway("a1", true);
    assertThat(waits("a2")).contains("a1").contains("carried on first");
    Place place = ((Turn.Granted) turns.ask("a1", Claim.BEGUN)).place();
    assertThat(waits("a2")).contains("a1");
    store.saveMemory("a1", Memory.EMPTY);
    place.close();
    goes("a2");
  }

  @Test
  void whatOnlyWaitedBeforeTheStartHoldsUpNobody() {
    halfway("a1", false);
    goes("a2");
  }

  @Test
  void twoThatHadBegunBeforeTheyBecameAGroupAreCarriedOnOneAfterTheOther() {
    halfway("a1", true);
    halfway("a2", true);
    Place first = ((Turn.Granted) turns.ask("a1", Claim.BEGUN)).place();
    assertThat(turns.ask("a2", Claim.BEGUN)).isInstanceOf(Turn.Later.class);
    first.close();
    assertThat(turns.ask("a2", Claim.BEGUN)).isInstanceOf(Turn.Granted.class);
  }

  /** Drawn orders of asking and ending: the rules hold at each moment, and nobody is starved. */
  @Test
  void whateverTheOrderEverybodyHasItsTurn() {
    for (long seed = 1; seed <= 300; seed++) {
      drawn(new Random(seed));
    }
  }

  private void drawn(Random random) {
    most = 1 + random.nextInt(3);
    List<String> apps = List.of("a1", "a2", "a3", "b1", "b2", "x", "y");
    Turns row = new Turns(() -> most, TurnsTest::companions, store, clock, app -> {});
    Map<String, Place> running = new LinkedHashMap<>();
    Map<String, Integer> overtaken = new LinkedHashMap<>();
    for (int i = 0; i < 400; i++) {
      clock.sleep(Duration.ofSeconds(1));
      String app = apps.get(random.nextInt(apps.size()));
      Place place = running.remove(app);
      if (place != null) {
        place.close();
        continue;
      }
      if (row.ask(app, Claim.NEW) instanceof Turn.Granted granted) {
        running.put(app, granted.place());
        overtaken.remove(app);
        overtaken.replaceAll((other, times) -> times + 1);
      } else {
        overtaken.putIfAbsent(app, 0);
      }
      Set<String> groups = new HashSet<>();
      assertThat(running.keySet().stream().filter(GROUPS::containsKey).map(GROUPS::get))
          .allMatch(groups::add);
      assertThat(running.size()).isLessThanOrEqualTo(most);
      assertThat(overtaken.values()).allMatch(times -> times < 60);
    }
    running.values().forEach(Place::close);
  }

  @Test
  void whatHasBegunAndARollbackWaitForNoPlace() {
    most = 1;
    Place first = goes("x");
    assertThat(waits("y")).contains("x being rolled out");
    assertThat(turns.ask("b1", Claim.BEGUN)).isInstanceOf(Turn.Granted.class);
    assertThat(turns.ask("z", Claim.ROLLBACK)).isInstanceOf(Turn.Granted.class);
    first.close();
  }

  @Test
  void aRollbackWaitsForWhatUsesTheSameData() {
    Place first = goes("a1");
    assertThat(turns.ask("a2", Claim.ROLLBACK)).isInstanceOf(Turn.Later.class);
    first.close();
    halfway("a1", true);
    assertThat(turns.ask("a2", Claim.ROLLBACK)).isInstanceOf(Turn.Later.class);
  }
}
