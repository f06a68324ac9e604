package dev.holdfast.it.crash;

import dev.holdfast.it.crash.Lane.Scenario;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import org.junit.jupiter.api.Test;

class CrashInUpdateIT extends CrashPoints {
  @Test
  @Staged(
      part = Part.AGENT,
      fault =
          "kill -9 before and after each durable write and each changing call of an "
              + "update with a migration, and again in the recovery",
      then = "the update is carried on to its end; the migration ran once")
  void F39_F91_anUpdateWithAMigrationSurvivesADeathAtEveryPlace() {
    everywhere(Scenario.UPDATE);
  }
}
