package dev.holdfast.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.it.crash.Lane.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The agent dies by SIGKILL before and after every durable write and every changing engine call of
 * a first deployment, of an update and of a rollback, each with a migration, and is started anew.
 * In one run in four it dies a second time, at a drawn place of the recovery. See {@link Points}
 * for which places there are.
 *
 * <p>Several apps stand at a place of their own each when the agent dies, so that one death and one
 * start serve several places. {@code -Dholdfast.seed=N} draws the second deaths of another run.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedCrashWorld.class)
abstract class CrashPoints {
  private static final long SEED = Long.getLong("holdfast.seed", 7);
  private static final int SECOND_DEATHS_PLACES = 25;

  private CrashWorld world;
  private final Random random = new Random(SEED);
  private int seconds;
  private int lanesMade;

  @BeforeAll
  void begin() {
    world = ofItsOwn() ? new CrashWorld() : SharedCrashWorld.get();
  }

  /** Whether it takes the lasting apps away. */
  boolean ofItsOwn() {
    return false;
  }

  @AfterAll
  void end() {
    System.out.printf(
        "crash points: %d second deaths, %d starts of the agent, seed %d%n",
        seconds, world.agent.starts(), SEED);
    if (ofItsOwn()) {
      world.close();
    }
  }

  final void everywhere(Scenario scenario) {
    long begun = System.nanoTime();
    List<Lane> first = lanes(scenario);
    // The first time images are pulled and noted, which is more than later; that is not counted.
    if (scenario != Scenario.FIRST) {
      batch(scenario, first, Map.of());
    }
    batch(scenario, first, Map.of());
    int writes = first.stream().mapToInt(l -> world.writes.of(l.app).size()).min().orElseThrow();
    int calls = first.stream().mapToInt(l -> world.calls.of(l.app).size()).min().orElseThrow();
    System.out.printf(
        "%s: %d durable writes %s%n  %d engine calls %s%n",
        scenario,
        writes,
        world.writes.of(first.getFirst().app),
        calls,
        world.calls.of(first.getFirst().app));
    Points points = new Points(writes, calls);
    for (Point next = points.next(); next != null; next = points.next()) {
      List<Lane> lanes = lanes(scenario);
      Map<Lane, Point> planned = new HashMap<>();
      for (Lane lane : lanes) {
        if (next != null) {
          planned.put(lane, next);
          next = planned.size() < lanes.size() ? points.next() : null;
        }
      }
      Map<Lane, Boolean> reached = batch(scenario, lanes, planned);
      planned.forEach((lane, point) -> points.came(point, reached.get(lane)));
    }
    System.out.printf(
        "%s: %d places in %d s%n",
        scenario, points.reached(), Duration.ofNanos(System.nanoTime() - begun).toSeconds());
    assertThat(points.neverReached()).as("counted and never reached").isEmpty();
    assertThat(points.reached()).isGreaterThanOrEqualTo(points.expected());
  }

  /** A first deployment needs an app that was never there. */
  private List<Lane> lanes(Scenario scenario) {
    if (scenario != Scenario.FIRST) {
      return world.lasting();
    }
    List<Lane> fresh = new ArrayList<>();
    for (int i = 0; i < world.width(); i++) {
      fresh.add(world.newLane("f" + ++lanesMade));
    }
    return fresh;
  }

  /** Each of the apps runs to its place, then the agent dies; whether they came to their places. */
  private Map<Lane, Boolean> batch(Scenario scenario, List<Lane> lanes, Map<Lane, Point> planned) {
    Map<Lane, Point> second = new HashMap<>();
    for (Lane lane : lanes) {
      world.ask(lane, scenario);
      Point point = planned.get(lane);
      if (point != null) {
        world.holdAt(lane, point);
      }
    }
    if (scenario == Scenario.FIRST) {
      world.configure(lanes);
      if (!world.agent.isAlive()) {
        world.agent.startAndWait();
      }
    }
    String what = scenario + " " + named(planned);
    Map<Lane, Boolean> reached = awaitPlaces(what, lanes);
    if (reached.containsValue(true)) {
      if (random.nextInt(4) == 0) {
        lanes.forEach(lane -> second.put(lane, drawn()));
        what += ", then " + named(second);
      }
      die(lanes, second);
      if (!second.isEmpty()) {
        seconds += (int) awaitPlaces(what, lanes).values().stream().filter(r -> r).count();
        die(lanes, Map.of());
      }
    }
    try {
      world.awaitSettled(lanes);
    } catch (AssertionError e) {
      throw new AssertionError(what + ": " + e.getMessage(), e);
    }
    List<String> found = world.check();
    assertThat(found).as("%s%n%s", what, found.isEmpty() ? "" : world.agent.tail()).isEmpty();
    return reached;
  }

  /** Kills the agent and starts it with new places to stand still at. */
  private void die(List<Lane> lanes, Map<Lane, Point> next) {
    world.kill();
    lanes.forEach(world::countFrom);
    next.forEach(world::holdAt);
    world.agent.startAndWait();
  }

  private Point drawn() {
    return new Point(
        Point.Kind.values()[random.nextInt(2)],
        Point.Moment.values()[random.nextInt(2)],
        1 + random.nextInt(SECOND_DEATHS_PLACES));
  }

  private static Map<String, Point> named(Map<Lane, Point> points) {
    Map<String, Point> named = new java.util.TreeMap<>();
    points.forEach((lane, point) -> named.put(lane.app, point));
    return named;
  }

  private Map<Lane, Boolean> awaitPlaces(String what, List<Lane> lanes) {
    Map<Lane, Boolean> reached = new HashMap<>();
    Waiting.until(
        what + ": each app comes to its place or to its end",
        CrashWorld.SETTLE_LIMIT,
        () -> {
          Map<String, JsonNode> apps = world.agent.apps();
          for (Lane lane : lanes) {
            if (world.isHeld(lane)) {
              reached.put(lane, true);
            } else if (CrashWorld.isSettled(lane, apps)) {
              reached.put(lane, false);
            } else {
              return false;
            }
          }
          return true;
        },
        () -> world.agent.apps() + "\n" + world.agent.tail());
    return reached;
  }
}
