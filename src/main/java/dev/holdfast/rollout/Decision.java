package dev.holdfast.rollout;

/** What the samples so far say. */
public sealed interface Decision {
  record Waiting(String reason) implements Decision {}

  record Healthy(String detail) implements Decision {}

  record Failed(String reason) implements Decision {}
}
