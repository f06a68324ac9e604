package dev.holdfast.it.crash;

import dev.holdfast.it.crash.Lane.Scenario;
import org.junit.jupiter.api.Test;

class CrashInRollbackIT extends CrashPoints {
  @Test
  void F39_F91_aRollbackSurvivesADeathAtEveryPlace() {
    everywhere(Scenario.ROLLBACK);
  }
}
