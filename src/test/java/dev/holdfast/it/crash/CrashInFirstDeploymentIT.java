package dev.holdfast.it.crash;

import dev.holdfast.it.crash.Lane.Scenario;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import org.junit.jupiter.api.Test;

class CrashInFirstDeploymentIT extends CrashPoints {
  @Override
  boolean ofItsOwn() {
    return true;
  }

  @Test
  @Staged(
      part = Part.AGENT,
      fault = "the same in a first deployment",
      then = "it is carried on to its end")
  void F39_F91_aFirstDeploymentSurvivesADeathAtEveryPlace() {
    everywhere(Scenario.FIRST);
  }
}
