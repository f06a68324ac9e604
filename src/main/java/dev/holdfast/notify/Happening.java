package dev.holdfast.notify;

import dev.holdfast.model.DeploymentRecord;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the agent saw or did, and may be worth a message. */
public sealed interface Happening {
  Subject subject();

  /**
   * An app, and who is told of it.
   *
   * @param repository of its git source, as {@code acme/shop}; empty where it has none
   */
  record Subject(String app, Set<String> notifiers, String repository) {
    public Subject {
      notifiers = Set.copyOf(notifiers);
    }
  }

  /** A deployment began or ended, as its status says. */
  record Deployment(Subject subject, DeploymentRecord record) implements Happening {}

  /**
   * A look at an app was completed.
   *
   * @param troubles what it met, by kind
   * @param unknown kinds that it could not look for, as it came to an end before
   */
  record Looked(Subject subject, Map<String, String> troubles, Set<String> unknown)
      implements Happening {
    public Looked {
      troubles = Map.copyOf(new TreeMap<>(troubles));
      unknown = Set.copyOf(unknown);
    }
  }

  /** A look found that a deployment waits for somebody's approval. */
  record Asked(Subject subject, String deployment) implements Happening {}

  /** The app is not in agent.yaml any more. */
  record Gone(Subject subject) implements Happening {}
}
