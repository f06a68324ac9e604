package dev.holdfast.it.crash;

import dev.holdfast.it.crash.Lane.Scenario;
import org.junit.jupiter.api.Test;

class CrashInFirstDeploymentIT extends CrashPoints {
  @Test
  void F39_F91_aFirstDeploymentSurvivesADeathAtEveryPlace() {
    everywhere(Scenario.FIRST);
  }
}
