package dev.holdfast.model;

import java.time.Instant;

/**
 * What a container has used at a moment.
 *
 * @param at the engine's own time of the count
 * @param processorNanos since the container began
 * @param memoryBytes without what the kernel can drop at once
 */
public record Usage(Instant at, long processorNanos, long memoryBytes) {}
