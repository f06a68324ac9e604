package dev.holdfast.agent;

import dev.holdfast.config.AgentConfig;
import java.util.List;

/** Settings that are valid and have no effect. */
public final class NotYet {
  private NotYet() {}

  /** What a person meant to have and will not get. */
  public static List<String> warnings(AgentConfig config) {
    return config.notifiers().keySet().stream()
        .filter(
            name ->
                config.apps().values().stream().noneMatch(app -> app.notifiers().contains(name)))
        .map(
            name ->
                "agent.yaml: notifiers."
                    + name
                    + ": no app names it in `notify`, so it is told nothing")
        .toList();
  }
}
