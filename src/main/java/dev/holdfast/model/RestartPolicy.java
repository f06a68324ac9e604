package dev.holdfast.model;

/**
 * What the engine does when the container's process ends. {@code maximumRetries} counts for {@code
 * ON_FAILURE} alone; 0 is no limit.
 */
public record RestartPolicy(Name name, int maximumRetries) {
  public static final RestartPolicy NO = new RestartPolicy(Name.NO, 0);

  public enum Name {
    NO,
    ALWAYS,
    UNLESS_STOPPED,
    ON_FAILURE
  }
}
