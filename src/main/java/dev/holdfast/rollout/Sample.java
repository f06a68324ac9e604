package dev.holdfast.rollout;

import dev.holdfast.model.ObservedContainer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One look at a service's container, with the answer of its probe; {@code container} is null where
 * there is none.
 */
public record Sample(Instant at, @Nullable ObservedContainer container, Answer answer) {}
