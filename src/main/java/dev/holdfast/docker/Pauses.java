package dev.holdfast.docker;

import java.time.Duration;

/** Waiting between two looks at something that the engine sends no word of. */
final class Pauses {
  private Pauses() {}

  /**
   * @param what completes "could not …", for who is interrupted
   */
  static void pause(Duration length, String what) {
    try {
      Thread.sleep(length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException.Ambiguous(
          "could not " + what + ": the agent stopped waiting for it", e);
    }
  }
}
