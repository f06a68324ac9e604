package dev.holdfast.rollout;

import dev.holdfast.model.Checkup;
import dev.holdfast.model.ObservedContainer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One look at a service's container; {@code container} is null where there is none.
 *
 * @param answer of the service's own probe
 * @param checkup the engine's account of its healthcheck; null where there is none or it was not
 *     asked for
 * @param stoodIn what the healthcheck's command said when the agent ran it itself, because the
 *     engine had stopped doing so
 */
public record Sample(
    Instant at,
    @Nullable ObservedContainer container,
    Answer answer,
    @Nullable Checkup checkup,
    Answer stoodIn) {
  public Sample(Instant at, @Nullable ObservedContainer container, Answer answer) {
    this(at, container, answer, null, new Answer.NotAsked());
  }

  /** Whether the engine's word on this container is old. */
  public boolean frozen() {
    return container != null && checkup != null && checkup.isFrozen(container.startedAt(), at);
  }

  /** It says no more than the one before it and the one after it. */
  public boolean saysNothing() {
    return answer instanceof Answer.NotAsked && stoodIn instanceof Answer.NotAsked;
  }
}
