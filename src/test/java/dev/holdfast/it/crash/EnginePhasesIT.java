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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The engine is killed in each phase of a deployment and started again: without live-restore, when
 * every container is down and {@code unless-stopped} brings none of them back, and ({@code
 * -Dholdfast.faults=all}) with it. It is told to end, too, where it takes a migration along.
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
      fault =
          "kill -9 of the engine in each phase: pull, migrate, update, probe, watch, rollback;"
              + " SIGTERM while a migration runs",
      then =
          "without live-restore the engine leaves every container down and the agent starts them"
              + " again; the migration is run again; a good release is confirmed all the same")
  void F87_F95_F96_anEngineThatIsKilledInAnyPhaseLosesNoApp(boolean liveRestore) {
    world = liveRestore ? CrashWorld.of(LANES, "--live-restore") : CrashWorld.of(LANES);
    List<String> phases = List.of("pull", "migrate", "update", "probe", "watch", "rollback");
    phases.forEach(phase -> inPhase(phase, "kill9", liveRestore));
    List<Lane> lanes = world.lasting();
    lanes.forEach(Lane::migrateSlowly);
    inPhase("migrate", "stop", liveRestore);
    List<String> lines = migrations(lanes.getFirst());
    assertThat(lines.stream().anyMatch(line -> line.startsWith("term ")))
        .as("the engine takes the migration along, unless it leaves containers alone: %s", lines)
        .isEqualTo(!liveRestore);
  }

  private void inPhase(String phase, String how, boolean liveRestore) {
    List<Lane> lanes = world.lasting();
    Lane first = lanes.getFirst();
    boolean bad = phase.equals("rollback") || phase.equals("pull");
    // A probe that passes at once is over before anybody sees it.
    first.delayWeb(phase.equals("probe") ? "1" : "0");
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
        () -> isIn(phase, first, how),
        () -> running(first) + world.agent.tail());
    long begun = System.nanoTime();
    world.script("engine.sh", how, "main");
    world.calls.release();
    Waiting.pause(1_500);
    world.script("engine.sh", "start", "main");
    world.strangers.accept();
    Map<Lane, Scenario> asked = new LinkedHashMap<>();
    lanes.forEach(lane -> asked.put(lane, lane.asked()));
    world.awaitSettledEither(lanes, CrashWorld.SETTLE_LIMIT);
    assertThat(world.check()).as("%s in %s, live-restore %s", how, phase, liveRestore).isEmpty();
    asked.forEach(
        (lane, scenario) ->
            assertThat(lane.asked())
                .as("%s in %s costs no release\n%s", how, phase, failure(lane))
                .isEqualTo(scenario));
    System.out.printf(
        "engine %s in %s, live-restore %s: %s, whole again after %d ms%n",
        how, phase, liveRestore, asked.values(), (System.nanoTime() - begun) / 1_000_000);
  }

  private boolean isIn(String phase, Lane lane, String how) {
    if (phase.equals("pull")) {
      return world.isHeld(lane);
    }
    // An engine that is told to end takes along what runs by then, and not what is about to.
    return phase.equals(running(lane)) && (how.equals("kill9") || hasBegun(lane));
  }

  private boolean hasBegun(Lane lane) {
    return migrations(lane).stream().anyMatch(l -> l.startsWith("begin " + lane.version() + " "));
  }

  private List<String> migrations(Lane lane) {
    try {
      return LaneCheck.lines(lane, world.engine);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String failure(Lane lane) {
    return newest(lane).path("failure").toString();
  }

  /** The step that runs in the lane's newest deployment. */
  private String running(Lane lane) {
    JsonNode json = newest(lane);
    if (!json.path("version").asText().equals(lane.version())) {
      return "";
    }
    JsonNode steps = json.path("steps");
    JsonNode last = steps.path(steps.size() - 1);
    return last.path("status").asText().equals("running") ? last.path("step").asText() : "";
  }

  /** As it is on the disk; empty where it is not there, or just being written. */
  private JsonNode newest(Lane lane) {
    Path folder = world.agent.state().resolve("apps/" + lane.app + "/deployments");
    try (Stream<Path> records = Files.list(folder)) {
      Optional<Path> newest = records.max(Comparator.comparing(Path::getFileName));
      Path record = newest.orElseThrow().resolve("record.json");
      return Files.exists(record)
          ? JSON.readTree(Files.readString(record))
          : JSON.createObjectNode();
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }
}
