package dev.holdfast.rollout;

/** What the samples so far say. */
public sealed interface Decision {
  record Waiting(String reason) implements Decision {}

  record Healthy(String detail) implements Decision {}

  record Failed(String reason) implements Decision {}

  /**
   * Whatever was seen, it was not the release that was asked: the host's own network does not reach
   * any container. Neither a failure nor a success; it is asked again later.
   */
  record Undecidable(String reason) implements Decision {}
}
