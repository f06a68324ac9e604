package dev.holdfast.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.it.crash.Lane.Scenario;
import dev.holdfast.it.crash.Point.Kind;
import dev.holdfast.it.crash.Point.Moment;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single places that deserve a look at what is there while the agent is dead. */
@ExtendWith(SharedCrashWorld.class)
class SwapWindowIT {
  private static CrashWorld world;

  @BeforeAll
  static void begin() {
    world = SharedCrashWorld.get();
  }

  @Test
  @Staged(
      part = Part.AGENT,
      fault = "it dies between the rename of the old container and the start of the new one",
      then = "the old one serves or the new one does; no strange name is left")
  void F39_aDeathBetweenRenameAndStartLeavesTheOldOneServingAndNoStrangeName() {
    List<Lane> lanes = world.lasting();
    // The first time an image is pulled, which is a call more; from then on each update is the
    // same.
    for (int i = 0; i < 2; i++) {
      lanes.forEach(lane -> world.ask(lane, Scenario.UPDATE));
      world.awaitSettled(lanes);
    }
    List<String> calls = world.calls.of(lanes.getFirst().app);
    int aside = calls.indexOf("POST /containers/ID/rename") + 1;
    int stop = calls.indexOf("POST /containers/ID/stop") + 1;
    List<Point> window =
        List.of(
            new Point(Kind.CALL, Moment.BEFORE, aside),
            new Point(Kind.CALL, Moment.AFTER, aside),
            new Point(Kind.CALL, Moment.BEFORE, aside + 1),
            new Point(Kind.CALL, Moment.AFTER, aside + 1),
            new Point(Kind.CALL, Moment.BEFORE, stop));
    Map<Lane, Point> places = new HashMap<>();
    for (int i = 0; i < Math.min(lanes.size(), window.size()); i++) {
      places.put(lanes.get(i), window.get(i));
    }
    places.keySet().forEach(lane -> world.ask(lane, Scenario.UPDATE));
    places.forEach(world::holdAt);
    Waiting.until(
        "each app comes to its place " + window,
        CrashWorld.SETTLE_LIMIT,
        () -> places.keySet().stream().allMatch(world::isHeld),
        world.agent::tail);
    world.kill();
    places
        .keySet()
        .forEach(
            lane -> assertThat(runningApis(lane)).as(lane.app + places.get(lane)).isEqualTo(1));
    lanes.forEach(world::countFrom);
    world.agent.startAndWait();
    world.awaitSettled(lanes);
    assertThat(world.check()).isEmpty();
  }

  private static long runningApis(Lane lane) {
    return world.engine.containers().stream()
        .filter(c -> lane.app.equals(LaneCheck.project(c)))
        .filter(c -> LaneCheck.label(c, "com.docker.compose.service").equals("api"))
        .filter(c -> c.at("/State/Running").asBoolean())
        .count();
  }

  /**
   * The one durable write that belongs to no app; it is made once in the life of a state directory.
   */
  @ParameterizedTest
  @ValueSource(strings = {"before", "after"})
  void aDeathWhileTheStateDirectoryIsMadeLeavesOneThatCanBeUsed(String when) throws IOException {
    Lane lane = world.newLane("s" + when);
    Path folder = Files.createDirectories(world.agent.state().resolveSibling("fresh-" + when));
    Map<String, String> environment =
        Map.of(
            "LD_PRELOAD",
            world.script("fault/build.sh"),
            "CRASH_RENAME",
            "/seal.key",
            "CRASH_COUNT_FILE",
            folder.resolve("count").toString(),
            "CRASH_AT",
            "1",
            "CRASH_WHEN",
            when);
    try (CrashAgent agent = new CrashAgent(folder, world.proxy.host(), environment)) {
      lane.ask(Scenario.FIRST, Map.of());
      agent.configure(List.of(lane));
      agent.start();
      Waiting.until("it dies", CrashWorld.SETTLE_LIMIT, () -> !agent.isAlive(), agent::tail);
      agent.startAndWait();
      Waiting.until(
          "the app settles",
          CrashWorld.SETTLE_LIMIT,
          () -> CrashWorld.isSettled(lane, agent.apps()),
          agent::tail);
      JsonNode view = agent.apps().get(lane.app);
      assertThat(LaneCheck.of(lane, view, agent.state(), world.engine.containers(), world.engine))
          .isEmpty();
      assertThat(folder.resolve("state/seal.key")).isRegularFile();
    }
    world.clear(lane.app);
  }
}
