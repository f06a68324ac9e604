package dev.holdfast.agent;

import dev.holdfast.config.AgentConfig;
import dev.holdfast.config.AppConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings that the file's grammar knows and this version does not carry out. One that would hold a
 * rollout back is an error: an agent that ignored it would deploy what a person meant to stop.
 */
public final class NotYet {
  private NotYet() {}

  public static List<String> errors(AgentConfig config) {
    List<String> errors = new ArrayList<>();
    for (AppConfig app : config.apps().values()) {
      if (app.approval() == AppConfig.Approval.REQUIRED) {
        errors.add(
            "agent.yaml: apps."
                + app.name()
                + ".approval: `required` is not carried out by this version yet; remove it");
      }
      if (!app.window().isEmpty()) {
        errors.add(
            "agent.yaml: apps."
                + app.name()
                + ".window is not carried out by this version yet; remove it");
      }
    }
    return errors;
  }

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
