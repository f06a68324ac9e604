package dev.holdfast.agent;

import dev.holdfast.config.AgentConfig;
import java.util.Objects;

/** What a changed agent.yaml changes. */
final class ConfigChange {
  private ConfigChange() {}

  /** What concerns every app is as it was. */
  static boolean sameSurroundings(AgentConfig before, AgentConfig next) {
    return before.interval().equals(next.interval())
        && before.server().equals(next.server())
        && before.environment().equals(next.environment());
  }

  /** Of what it changes, something counts from the next start only. */
  static boolean needsRestart(AgentConfig before, AgentConfig next) {
    return !before.state().equals(next.state())
        || !before.docker().equals(next.docker())
        || !Objects.equals(before.api().listen(), next.api().listen())
        || !before.api().socket().equals(next.api().socket());
  }
}
