package dev.holdfast.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.it.crash.Lane.Scenario;
import dev.holdfast.it.crash.Point.Kind;
import dev.holdfast.it.crash.Point.Moment;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The engine is killed in each phase of a deployment and started again: without live-restore, when
 * every container is down and {@code unless-stopped} brings none of them back, and ({@code
 * -Dholdfast.faults=all}) with it.
 */
class EnginePhasesIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final boolean ALL = "all".equals(System.getProperty("holdfast.faults"));
  private static final int LANES = 2;
  private CrashWorld world;

  @AfterEach
  void end() {
    world.close();
  }

  static List<Boolean> liveRestore() {
    return ALL ? List.of(false, true) : List.of(false);
  }

  @ParameterizedTest(name = "live-restore {0}")
  @MethodSource("liveRestore")
  @Staged(
      part = Part.ENGINE,
      fault = "kill -9 of the engine in each phase: pull, migrate, update, probe, watch, rollback",
      then =
          "without live-restore the engine leaves every container down and the agent starts them"
              + " again; the deployment is carried on to the new release or back to the old one")
  void F87_F95_F96_anEngineThatIsKilledInAnyPhaseLosesNoApp(boolean liveRestore) {
    world = liveRestore ? CrashWorld.of(LANES, "--live-restore") : CrashWorld.of(LANES);
    List<String> phases = List.of("pull", "migrate", "update", "probe", "watch", "rollback");
    phases.forEach(phase -> inPhase(phase, liveRestore));
  }

  private void inPhase(String phase, boolean liveRestore) {
    List<Lane> lanes = world.lasting();
    Lane first = lanes.getFirst();
    boolean bad = phase.equals("rollback") || phase.equals("pull");
    for (Lane lane : lanes) {
      // The bad image is pulled each time anew.
      world.ask(lane, bad && lane == first ? Scenario.ROLLBACK : Scenario.UPDATE);
    }
    if (phase.equals("pull")) {
      world.holdAt(first, new Point(Kind.CALL, Moment.BEFORE, 1));
    }
    Waiting.until(
        "the phase " + phase,
        CrashWorld.SETTLE_LIMIT,
        () -> phase.equals("pull") ? world.isHeld(first) : phase.equals(running(first)),
        () -> running(first) + world.agent.tail());
    long begun = System.nanoTime();
    world.script("engine.sh", "kill9", "main");
    world.calls.release();
    Waiting.pause(1_500);
    world.script("engine.sh", "start", "main");
    world.strangers.accept();
    world.awaitSettledEither(lanes, CrashWorld.SETTLE_LIMIT);
    assertThat(world.check()).as("killed in %s, live-restore %s", phase, liveRestore).isEmpty();
    if (phase.equals("migrate")) {
      assertThat(lanes)
          .as("a migration whose end the engine forgot is run again, and was through")
          .allMatch(lane -> lane.asked() == Scenario.UPDATE);
    }
    System.out.printf(
        "engine killed in %s, live-restore %s: %s, whole again after %d ms%n",
        phase,
        liveRestore,
        lanes.stream().map(lane -> lane.asked().toString()).toList(),
        (System.nanoTime() - begun) / 1_000_000);
  }

  /** The step that runs in the lane's newest deployment. */
  private String running(Lane lane) {
    Path folder = world.agent.state().resolve("apps/" + lane.app + "/deployments");
    try (Stream<Path> records = Files.list(folder)) {
      Optional<Path> newest = records.max(Comparator.comparing(Path::getFileName));
      Path record = newest.orElseThrow().resolve("record.json");
      if (!Files.exists(record)) {
        return "";
      }
      JsonNode json = JSON.readTree(Files.readString(record));
      if (!json.path("version").asText().equals(lane.version())) {
        return "";
      }
      JsonNode steps = json.path("steps");
      JsonNode last = steps.path(steps.size() - 1);
      return last.path("status").asText().equals("running") ? last.path("step").asText() : "";
    } catch (IOException e) {
      return "";
    }
  }
}
