package dev.holdfast.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.it.crash.Lane.Scenario;
import dev.holdfast.it.crash.Point.Kind;
import dev.holdfast.it.crash.Point.Moment;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The way to the engine is gone for 20 s, and everything that ran runs on. */
class EngineAwayIT {
  private static final Duration AWAY = Duration.ofSeconds(20);
  private static CrashWorld world;

  @BeforeAll
  static void begin() {
    world = new CrashWorld();
  }

  @AfterAll
  static void end() {
    world.close();
  }

  @Test
  @Staged(
      part = Part.ENGINE,
      fault = "its socket refuses for 20 s while the containers run on",
      then = "phase `Unknown`, nothing is done; then it goes on")
  void F87_anEngineOutOfSightCausesNothingAndIsTakenUpAgain() {
    List<Lane> lanes = world.lasting();
    Map<String, String> before = running();
    lanes.forEach(world::countFrom);
    world.proxy.refuse();
    Waiting.until(
        "the phase says that nothing is known",
        AWAY,
        () ->
            world.agent.apps().values().stream()
                .allMatch(a -> a.path("phase").asText().equals("Unknown")),
        () -> world.agent.apps().toString());
    Waiting.pause(AWAY.toMillis());
    assertThat(running()).as("while it is out of sight").isEqualTo(before);
    world.proxy.listen();
    world.awaitSettled(lanes);
    Waiting.pause(3_000);
    assertThat(running()).as("after it came back").isEqualTo(before);
    lanes.forEach(lane -> assertThat(world.calls.of(lane.app)).as(lane.app).isEmpty());
    assertThat(world.check()).isEmpty();
  }

  @Test
  @Staged(
      part = Part.ENGINE,
      fault = "the same in mid-deployment",
      then = "nothing is done meanwhile; then the deployment is carried on")
  void F87_anEngineOutOfSightInMidDeploymentEndsInAWholeOne() {
    // From the migration's container to the last start.
    for (int from = 3; from <= 12; from += world.width()) {
      away(from);
    }
  }

  /** Each app stands at another call when the way is cut; half of the calls were done, half not. */
  private static void away(int from) {
    List<Lane> lanes = world.lasting();
    Map<Lane, Point> places = new HashMap<>();
    for (int i = 0; i < lanes.size(); i++) {
      Moment moment = i % 2 == 0 ? Moment.BEFORE : Moment.AFTER;
      places.put(lanes.get(i), new Point(Kind.CALL, moment, from + i));
    }
    lanes.forEach(lane -> world.ask(lane, Scenario.UPDATE));
    places.forEach(world::holdAt);
    Waiting.until(
        "each app comes to its place " + places.values(),
        CrashWorld.SETTLE_LIMIT,
        () -> {
          Map<String, JsonNode> apps = world.agent.apps();
          return lanes.stream().allMatch(l -> world.isHeld(l) || CrashWorld.isSettled(l, apps));
        },
        world.agent::tail);
    world.proxy.refuse();
    world.calls.release();
    Map<String, String> before = running();
    Waiting.pause(AWAY.toMillis());
    assertThat(running()).as("while it is out of sight").isEqualTo(before);
    world.proxy.listen();
    world.awaitSettled(lanes);
    assertThat(world.check()).as("out of sight at %s", places).isEmpty();
  }

  /** What runs, and since when; a migration may end meanwhile. */
  private static Map<String, String> running() {
    Map<String, String> running = new TreeMap<>();
    world.engine.containers().stream()
        .filter(c -> !LaneCheck.label(c, "com.docker.compose.oneoff").equals("True"))
        .forEach(
            c ->
                running.put(
                    c.get("Name").asText(),
                    c.get("Id").asText() + c.at("/State/StartedAt") + c.at("/State/Running")));
    return running;
  }
}
