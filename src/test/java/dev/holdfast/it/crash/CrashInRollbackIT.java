package dev.holdfast.it.crash;

import dev.holdfast.it.crash.Lane.Scenario;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import org.junit.jupiter.api.Test;

class CrashInRollbackIT extends CrashPoints {
  @Test
  @Staged(
      part = Part.AGENT,
      fault =
          "kill -9 before and after each durable write and each changing call of a "
              + "rollback, and again in the recovery",
      then = "the very containers of before serve again")
  void F39_F91_aRollbackSurvivesADeathAtEveryPlace() {
    everywhere(Scenario.ROLLBACK);
  }
}
