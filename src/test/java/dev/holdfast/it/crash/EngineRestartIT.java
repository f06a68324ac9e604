package dev.holdfast.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.it.crash.Lane.Scenario;
import dev.holdfast.it.crash.Point.Kind;
import dev.holdfast.it.crash.Point.Moment;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The engine itself is ended, politely and by SIGKILL, with live-restore (containers run on) and
 * without (they are stopped, and after a SIGKILL {@code unless-stopped} does not bring them back).
 */
class EngineRestartIT {
  private static final long DOWN_MILLIS = 4_000;
  private static @Nullable CrashWorld kept;
  private static boolean keptLiveRestore;
  private CrashWorld world;

  /** One engine for both ways to end it, where the first leaves all well. */
  private static CrashWorld world(boolean liveRestore) {
    if (kept != null && keptLiveRestore != liveRestore) {
      close();
    }
    if (kept == null) {
      kept = liveRestore ? new CrashWorld("--live-restore") : new CrashWorld();
      keptLiveRestore = liveRestore;
    }
    return kept;
  }

  @AfterEach
  void end() {
    if (kept != null && !kept.leave()) {
      close();
    }
  }

  @AfterAll
  static void close() {
    CrashWorld gone = kept;
    kept = null;
    if (gone != null) {
      gone.close();
    }
  }

  @ParameterizedTest(name = "{0}, live-restore {1}")
  @CsvSource({"stop, true", "kill9, true", "stop, false", "kill9, false"})
  @Staged(
      part = Part.ENGINE,
      fault =
          "it ends by SIGTERM or kill -9, with live-restore and without, in steady state "
              + "and in mid-deployment",
      then = "the same containers run again; deployments are carried on")
  void F87_anEngineThatEndsAndComesBackLosesNoApp(String how, boolean liveRestore) {
    world = world(liveRestore);
    List<Lane> lanes = world.lasting();
    Map<String, String> before = ids();
    end(how);
    Waiting.pause(DOWN_MILLIS);
    begin();
    world.awaitSettled(lanes);
    assertThat(world.check()).as("in steady state").isEmpty();
    assertThat(ids()).as("put back, not made anew\n%s", world.agent.tail()).isEqualTo(before);
    inMidDeployment(how, lanes);
  }

  /**
   * Each app at another call of its swap: old renamed, old stopped, new not yet started, and so on.
   */
  private void inMidDeployment(String how, List<Lane> lanes) {
    Map<Lane, Point> places = new HashMap<>();
    for (int i = 0; i < lanes.size(); i++) {
      Moment moment = i % 2 == 0 ? Moment.BEFORE : Moment.AFTER;
      places.put(lanes.get(i), new Point(Kind.CALL, moment, 8 + 2 * i));
    }
    lanes.forEach(lane -> world.ask(lane, Scenario.UPDATE));
    places.forEach(world::holdAt);
    Waiting.until(
        "each app comes to its place",
        CrashWorld.SETTLE_LIMIT,
        () -> {
          Map<String, JsonNode> apps = world.agent.apps();
          return lanes.stream().allMatch(l -> world.isHeld(l) || CrashWorld.isSettled(l, apps));
        },
        world.agent::tail);
    end(how);
    world.calls.release();
    Waiting.pause(DOWN_MILLIS);
    begin();
    world.awaitSettledEither(lanes, CrashWorld.SETTLE_LIMIT);
    long old = lanes.stream().filter(l -> l.asked() == Scenario.ROLLBACK).count();
    System.out.printf(
        "engine %s in mid-deployment: %d of %d apps rolled back%n", how, old, lanes.size());
    assertThat(world.check()).as("ended in mid-deployment at %s", places).isEmpty();
  }

  private void end(String how) {
    world.script("engine.sh", how, "main");
  }

  private void begin() {
    world.script("engine.sh", "start", "main");
    world.strangers.accept();
  }

  private Map<String, String> ids() {
    Map<String, String> ids = new HashMap<>();
    world.engine.containers().forEach(c -> ids.put(c.get("Name").asText(), c.get("Id").asText()));
    return ids;
  }
}
