package dev.holdfast.docker;

/**
 * Something that happened to a container of a Compose project.
 *
 * @param project of Compose, which is the app's name
 * @param action as the engine names it: {@code die}, {@code destroy}, {@code health_status:
 *     healthy}
 * @param nanos the engine's time, in nanoseconds since 1970; 0 where it gave none
 */
public record ContainerEvent(String project, String action, long nanos) {}
