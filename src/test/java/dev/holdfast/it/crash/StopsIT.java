package dev.holdfast.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.it.crash.Lane.Scenario;
import dev.holdfast.rig.SocketFault;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The agent is asked to end in each phase of a deployment; and a second agent is started. */
@ExtendWith(SharedCrashWorld.class)
class StopsIT {
  /** The unit file's TimeoutStopSec is above it. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(45);

  private static CrashWorld world;

  @BeforeAll
  static void begin() {
    world = SharedCrashWorld.get();
  }

  private static final String PULL = "POST /images/create";

  /** All apps deploy at once; the signal comes at the n-th such call of the first of them. */
  @ParameterizedTest(name = "SIGTERM {3}")
  @CsvSource({
    PULL + ", 1, 0, while it pulls",
    "POST /containers/ID/start, 1, 0, before the migration starts",
    "POST /containers/ID/start, 1, 300, inside the migration",
    "POST /containers/create, 2, 0, after the migration",
    "POST /containers/ID/rename, 1, 0, when the old one is to step aside",
    "POST /containers/ID/stop, 1, 0, when the old one is to be stopped",
    "POST /containers/ID/start, 2, 0, when the new one is to be started",
    "POST /containers/create, 3, 0, between the swaps",
    "POST /containers/ID/start, 3, 500, in the watch"
  })
  @Staged(
      part = Part.AGENT,
      fault = "SIGTERM in each phase of a deployment",
      then = "it ends in time with every service running; the next start carries on")
  void F91_aStopInAnyPhaseLeavesARunnableAppAndTheNextStartCarriesOn(
      String call, int number, int millis, String phase) {
    List<Lane> lanes = world.lasting();
    CountDownLatch there = new CountDownLatch(1);
    lanes.forEach(lane -> world.countFrom(lane));
    Lane first = lanes.getFirst();
    for (Lane lane : lanes) {
      if (call.equals(PULL) && lane == first) {
        world.askToPull(lane);
      } else {
        world.ask(lane, Scenario.UPDATE);
      }
    }
    world.calls.faultAt(first.app, call, number, new SocketFault.Before(there::countDown));
    Waiting.until(phase, CrashWorld.SETTLE_LIMIT, () -> there.getCount() == 0, world.agent::tail);
    Waiting.pause(millis);
    Map.Entry<Duration, Integer> ended = world.agent.terminate(STOP_LIMIT);
    assertThat(everyServiceHasARunningContainer(lanes)).as(phase).isEmpty();
    world.agent.startAndWait();
    world.awaitSettled(lanes);
    assertThat(world.check()).as("after SIGTERM %s", phase).isEmpty();
    System.out.printf(
        "SIGTERM %s: ended after %d ms with %d%n",
        phase, ended.getKey().toMillis(), ended.getValue());
    assertThat(ended.getValue()).as("exit status, 143 is SIGTERM").isIn(0, 143);
  }

  private static List<String> everyServiceHasARunningContainer(List<Lane> lanes) {
    List<String> missing = new ArrayList<>();
    List<JsonNode> all = world.engine.containers();
    for (Lane lane : lanes) {
      for (String service : Lane.SERVICES) {
        boolean runs =
            all.stream()
                .filter(c -> lane.app.equals(LaneCheck.project(c)))
                .filter(c -> service.equals(LaneCheck.label(c, "com.docker.compose.service")))
                .filter(c -> !LaneCheck.label(c, "com.docker.compose.oneoff").equals("True"))
                .anyMatch(c -> c.at("/State/Running").asBoolean());
        if (!runs) {
          missing.add(lane.app + ": " + service + " does not run");
        }
      }
    }
    return missing;
  }

  @Test
  @Staged(
      part = Part.AGENT,
      fault = "a second agent is started on the same state",
      then = "it refuses with a clear text; the first goes on")
  void F90_F115_aSecondAgentOnTheSameStateRefusesAndTheFirstGoesOn() throws Exception {
    List<Lane> lanes = world.lasting();
    Path second = other("second");
    Process refused = world.agent.command(second).start();
    assertThat(refused.waitFor(60, TimeUnit.SECONDS)).as("it ends by itself").isTrue();
    String said = new String(refused.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(refused.exitValue()).as(said).isEqualTo(1);
    assertThat(said)
        .contains("another agent", "state directory", world.agent.state().toString())
        .doesNotContain("\tat ");
    lanes.forEach(lane -> world.ask(lane, Scenario.UPDATE));
    world.awaitSettled(lanes);
    assertThat(world.check()).isEmpty();
  }

  @Test
  @Staged(
      part = Part.AGENT,
      fault = "kill -9 while the lock is held",
      then = "the lock dies with the process")
  void F90_aLockDiesWithItsAgentHoweverThatDies() {
    List<Lane> lanes = world.lasting();
    world.kill();
    world.agent.startAndWait();
    world.awaitSettled(lanes);
    assertThat(world.check()).isEmpty();
  }

  /** The same state, and an address of its own. */
  private static Path other(String name) throws IOException {
    Path folder = Files.createDirectories(world.agent.state().resolveSibling(name));
    String yaml =
        Files.readString(world.agent.state().resolveSibling("agent.yaml"))
            .replaceAll(
                "api: .*", "api: { socket: " + folder.resolve("a.sock") + ", listen: \"off\" }");
    return Files.writeString(folder.resolve("agent.yaml"), yaml);
  }
}
