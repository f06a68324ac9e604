package dev.holdfast.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.it.crash.Lane.Scenario;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One call of an update or of a rollback to the engine goes wrong, in each way in which a call can.
 *
 * <p>By itself this meets each call of both with one kind of fault, and each kind with several
 * calls: hanging, which the agent bears for two minutes, with the stops alone, which it does not.
 * {@code -Dholdfast.faults=all} (`make faults`) meets each call with each kind.
 */
class CallFaultsIT {
  private static final boolean ALL = "all".equals(System.getProperty("holdfast.faults"));

  /** A hung create is given up after two minutes. */
  private static final Duration LIMIT = Duration.ofSeconds(300);

  private static final Duration TIDIED = Duration.ofSeconds(5);

  /** So many that a kind's calls are met in one go. */
  private static final int LANES = 11;

  private static CrashWorld world;
  private static final List<Place> places = new ArrayList<>();

  private record Place(Scenario scenario, int call, String what) {}

  @BeforeAll
  static void begin() {
    world = CrashWorld.of(LANES);
    for (Scenario scenario : List.of(Scenario.UPDATE, Scenario.ROLLBACK)) {
      List<Lane> lanes = world.lasting();
      lanes.forEach(lane -> world.ask(lane, scenario));
      world.awaitSettled(lanes);
      List<String> made = world.calls.of(lanes.getFirst().app);
      for (int call = 1; call <= made.size(); call++) {
        places.add(new Place(scenario, call, made.get(call - 1)));
      }
      System.out.printf("%s: %d calls %s%n", scenario, made.size(), made);
    }
  }

  @AfterAll
  static void end() {
    world.close();
  }

  @ParameterizedTest
  @EnumSource
  @Staged(
      part = Part.CALLS,
      fault =
          "one call of an update or a rollback hangs, is refused with all others for a while, is"
              + " answered 500, is done and its answer lost, cut or dripping",
      then =
          "the engine is asked for the effect and the call made again: the update goes through, the"
              + " rollback puts the very containers back")
  void F44_F47_F99_F100_oneCallThatGoesWrongLeavesTheNewReleaseOrTheOld(CallFault fault) {
    long begun = System.nanoTime();
    Deque<Place> left = places(fault);
    assertThat(left).hasSizeGreaterThan(3);
    List<Place> unmet = new ArrayList<>();
    int all = left.size();
    int rolledBack = 0;
    while (!left.isEmpty()) {
      Map<Lane, Place> planned = new LinkedHashMap<>();
      List<Lane> lanes = world.lasting();
      for (Lane lane : lanes) {
        Place place = left.poll();
        if (place != null) {
          world.ask(lane, place.scenario());
          planned.put(lane, place);
          world.calls.faultAt(lane.app, place.call(), fault.of(world));
        }
      }
      world.awaitSettledEither(planned.keySet(), LIMIT);
      unmet.addAll(awaitUnmet(planned));
      world.awaitSettledEither(planned.keySet(), LIMIT);
      assertThat(world.check()).as("%s at %s", fault, named(planned)).isEmpty();
      rolledBack += (int) planned.entrySet().stream().filter(CallFaultsIT::isLost).count();
    }
    System.out.printf(
        "%s: %d of %d places met, %d updates lost to it, in %d s%n",
        fault, all - unmet.size(), all, rolledBack, (System.nanoTime() - begun) / 1_000_000_000);
    assertThat(unmet).as("not met").allMatch(place -> place.what().startsWith("DELETE "));
  }

  /** What is removed last is removed by a look after the end, which the next order may overtake. */
  private static List<Place> awaitUnmet(Map<Lane, Place> planned) {
    long end = System.nanoTime() + TIDIED.toNanos();
    while (true) {
      List<Place> unmet =
          planned.entrySet().stream()
              .filter(entry -> !world.calls.isFaulted(entry.getKey().app))
              .map(Map.Entry::getValue)
              .toList();
      if (unmet.isEmpty() || System.nanoTime() > end) {
        return unmet;
      }
      Waiting.pause(100);
    }
  }

  private static boolean isLost(Map.Entry<Lane, Place> entry) {
    return entry.getValue().scenario() == Scenario.UPDATE
        && entry.getKey().asked() == Scenario.ROLLBACK;
  }

  private static Deque<Place> places(CallFault fault) {
    Deque<Place> chosen = new ArrayDeque<>();
    int others = CallFault.values().length - 1;
    for (int i = 0; i < places.size(); i++) {
      boolean sampled =
          fault == CallFault.HANG
              ? places.get(i).what().endsWith("/stop")
              : i % others == fault.ordinal() - 1;
      if (ALL || sampled) {
        chosen.add(places.get(i));
      }
    }
    return chosen;
  }

  private static List<String> named(Map<Lane, Place> planned) {
    Map<String, JsonNode> apps = world.agent.apps();
    return planned.entrySet().stream()
        .map(
            e ->
                e.getKey().app
                    + " "
                    + e.getValue()
                    + " "
                    + apps.get(e.getKey().app).path("reason").asText())
        .toList();
  }
}
