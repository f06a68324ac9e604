package dev.holdfast.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.it.crash.Lane.Scenario;
import dev.holdfast.rig.SocketFault;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The engine does what it is asked, and its answer gets lost or says that it did not: for every
 * changing call of an update and of a rollback, one at a time.
 */
@ExtendWith(SharedCrashWorld.class)
class LostAnswersIT {
  private static CrashWorld world;

  @BeforeAll
  static void begin() {
    world = SharedCrashWorld.get();
  }

  @Test
  @Staged(
      part = Part.CALLS,
      fault = "each answer of an update gets lost, one at a time",
      then = "it succeeds, without a duplicate")
  void F44_anUpdateWhoseAnswersGetLostSucceedsWithoutADuplicate() {
    everyCall(Scenario.UPDATE, new SocketFault.DropAnswer());
  }

  @Test
  @Staged(
      part = Part.CALLS,
      fault = "each call of an update is done and answered 500, one at a time",
      then = "it succeeds, without a duplicate")
  void F44_anUpdateWhoseCallsAreDoneAndDeniedSucceedsWithoutADuplicate() {
    everyCall(Scenario.UPDATE, new SocketFault.AnswerAfter(500, "{\"message\":\"scripted\"}"));
  }

  @Test
  @Staged(
      part = Part.CALLS,
      fault = "each answer of a rollback gets lost, one at a time",
      then = "the very containers of before serve again")
  void F44_aRollbackWhoseAnswersGetLostPutsTheVeryContainersBack() {
    everyCall(Scenario.ROLLBACK, new SocketFault.DropAnswer());
  }

  private static void everyCall(Scenario scenario, SocketFault fault) {
    long begun = System.nanoTime();
    int places = 0;
    boolean more = true;
    for (int number = 1; more; ) {
      List<Lane> lanes = world.lasting();
      Map<Lane, Integer> planned = new HashMap<>();
      for (Lane lane : lanes) {
        world.ask(lane, scenario);
        planned.put(lane, number);
        world.calls.faultAt(lane.app, number++, fault);
      }
      world.awaitSettled(lanes);
      assertThat(world.check()).as("%s, %s %s", scenario, fault, named(planned)).isEmpty();
      List<Lane> met = lanes.stream().filter(l -> world.calls.isFaulted(l.app)).toList();
      places += met.size();
      more = met.size() == lanes.size();
    }
    System.out.printf(
        "%s, %s: %d calls in %d s%n",
        scenario, fault, places, (System.nanoTime() - begun) / 1_000_000_000);
    assertThat(places).isGreaterThan(15);
  }

  private static List<String> named(Map<Lane, Integer> planned) {
    List<String> named = new ArrayList<>();
    planned.forEach((lane, number) -> named.add(lane.app + " call " + number));
    return named.stream().sorted().toList();
  }
}
