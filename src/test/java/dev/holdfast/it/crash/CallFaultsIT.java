package dev.holdfast.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.it.crash.Lane.Scenario;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One call of an update or of a rollback to the engine goes wrong, in each way in which a call can.
 *
 * <p>By itself this meets one call of each kind (a create, a stop, …) with each kind of fault,
 * drawn from the calls of both: {@code -Dholdfast.seed=N} draws those of another run. Hanging,
 * which the agent bears for two minutes, is met with all stops and no other, which it does not;
 * that waits beside the others. That each call's answer gets lost is {@link LostAnswersIT}'s.
 * {@code -Dholdfast.faults=all} (`make faults`) meets each call with each kind.
 */
class CallFaultsIT {
  private static final boolean ALL = "all".equals(System.getProperty("holdfast.faults"));
  private static final long SEED = Long.getLong("holdfast.seed", System.currentTimeMillis());

  /** A hung create is given up after two minutes. */
  private static final Duration LIMIT = Duration.ofSeconds(300);

  private static final Duration TIDIED = Duration.ofSeconds(5);

  /** A call hangs in six of them while others are asked in the rest. */
  private static final int LANES = 10;

  private static final String PULL = "POST /images/create";

  private static CrashWorld world;
  private static List<Lane> lanes = List.of();
  private static final List<Place> places = new ArrayList<>();
  private static final Map<CallFault, Deque<Place>> chosen = new EnumMap<>(CallFault.class);
  private static Map<Lane, Place> hung = Map.of();

  /** The n-th call of its kind. */
  private record Place(Scenario scenario, String call, int number) {}

  @BeforeAll
  static void begin() {
    world = CrashWorld.of(LANES);
    lanes = world.lasting();
    Lane first = lanes.getFirst();
    // The first time the images are pulled, which is more than later.
    world.ask(first, Scenario.UPDATE);
    world.awaitSettled(lanes);
    for (Scenario scenario : List.of(Scenario.UPDATE, Scenario.ROLLBACK)) {
      world.ask(first, scenario);
      world.awaitSettled(lanes);
      List<String> made = world.calls.of(first.app);
      for (int i = 0; i < made.size(); i++) {
        int number = Collections.frequency(made.subList(0, i + 1), made.get(i));
        places.add(new Place(scenario, made.get(i), number));
      }
      System.out.printf("%s: %d calls %s%n", scenario, made.size(), made);
    }
    for (CallFault fault : CallFault.values()) {
      chosen.put(fault, new ArrayDeque<>(ALL ? places : sample(fault)));
    }
    System.out.printf("calls drawn with seed %d%n", SEED);
    if (!ALL) {
      hung = asked(CallFault.HANG);
    }
  }

  /** Other faults meet other calls of a kind, as far as it has them. */
  private static List<Place> sample(CallFault fault) {
    Map<String, List<Place>> kinds = new TreeMap<>();
    places.forEach(
        place -> kinds.computeIfAbsent(place.call(), key -> new ArrayList<>()).add(place));
    if (fault == CallFault.HANG) {
      return kinds.getOrDefault("POST /containers/ID/stop", List.of());
    }
    Random random = new Random(SEED);
    List<Place> drawn = new ArrayList<>();
    for (List<Place> kind : kinds.values()) {
      // Later removals are those of a look after the end, and may come too late to be met.
      kind.removeIf(place -> place.call().startsWith("DELETE ") && place.number() > 1);
      Collections.shuffle(kind, random);
      drawn.add(kind.get(fault.ordinal() % kind.size()));
    }
    return drawn;
  }

  @AfterAll
  static void end() {
    world.close();
  }

  /** Nobody else is asked while the engine refuses everybody: that comes last. */
  static List<CallFault> faults() {
    return List.of(
        CallFault.ERROR,
        CallFault.LOST_ANSWER,
        CallFault.HALF_CLOSE,
        CallFault.DRIP,
        CallFault.HANG,
        CallFault.REFUSE);
  }

  @ParameterizedTest
  @MethodSource("faults")
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
    List<Place> unmet = new ArrayList<>();
    int all = 0;
    int rolledBack = 0;
    Map<Lane, Place> planned = Map.of();
    if (fault == CallFault.HANG) {
      planned = hung;
    }
    if (planned.isEmpty()) {
      planned = asked(fault);
    }
    while (!planned.isEmpty()) {
      world.awaitSettledEither(planned.keySet(), LIMIT);
      unmet.addAll(awaitUnmet(planned));
      world.awaitSettledEither(planned.keySet(), LIMIT);
      assertThat(world.check(planned.keySet())).as("%s at %s", fault, named(planned)).isEmpty();
      all += planned.size();
      rolledBack += (int) planned.entrySet().stream().filter(CallFaultsIT::isLost).count();
      hung = fault == CallFault.HANG ? Map.of() : hung;
      planned = asked(fault);
    }
    System.out.printf(
        "%s: %d of %d places met, %d updates lost to it, in %d s%n",
        fault, all - unmet.size(), all, rolledBack, (System.nanoTime() - begun) / 1_000_000_000);
    assertThat(all).isGreaterThan(3);
    assertThat(unmet).as("not met").allMatch(place -> place.call().startsWith("DELETE "));
  }

  /** The next places of this fault, one in each app that is free; empty where none is left. */
  private static Map<Lane, Place> asked(CallFault fault) {
    Map<Lane, Place> planned = new LinkedHashMap<>();
    Deque<Place> left = chosen.getOrDefault(fault, new ArrayDeque<>());
    for (Lane lane : lanes) {
      Place place = hung.containsKey(lane) ? null : left.poll();
      if (place != null) {
        if (place.call().equals(PULL)) {
          world.askToPull(lane);
        } else {
          world.ask(lane, place.scenario());
        }
        planned.put(lane, place);
        world.calls.faultAt(lane.app, place.call(), place.number(), fault.of(world));
      }
    }
    return planned;
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
