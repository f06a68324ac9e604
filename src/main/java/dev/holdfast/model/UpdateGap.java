package dev.holdfast.model;

/** How long nothing of a service answered while it was updated. */
public record UpdateGap(long milliseconds, By measuredBy) {
  public enum By {
    /**
     * From the last answer of the old container to the first of the new one, by the service's own
     * probe at a short tick.
     */
    PROBE,
    /**
     * From the old container's end to the new one's start, as the engine has them; no answer was
     * asked for.
     */
    ENGINE
  }
}
