package dev.holdfast.rollout;

/** What the agent's own probe said, once. */
public sealed interface Answer {
  /** The service has no probe of its own. */
  record NotAsked() implements Answer {}

  record Yes() implements Answer {}

  record No(String reason) implements Answer {}

  /** The question could not be put: it says nothing about the service. */
  record Unasked(String reason) implements Answer {}
}
