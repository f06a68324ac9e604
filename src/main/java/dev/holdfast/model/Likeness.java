package dev.holdfast.model;

import java.util.List;

/**
 * How a container that somebody else made, docker compose for one, compares with what the agent
 * would make. What can be put right without making it anew (its restart policy, a network that it
 * is not on) is no difference.
 *
 * @param configHash of the service that it counts as made from; empty where there is none
 * @param differences from the service of the wanted release, in words and without values
 */
public record Likeness(String configHash, List<String> differences) {
  public Likeness {
    differences = List.copyOf(differences);
  }

  /** It counts as made from this. */
  public static Likeness same(String configHash) {
    return new Likeness(configHash, List.of());
  }
}
