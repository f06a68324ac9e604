package dev.holdfast.plan;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment's plan is made from.
 *
 * @param previous the last good release, as far as it is known
 * @param taken container names that somebody outside the app holds
 */
public record PlanInput(
    Release release,
    @Nullable Release previous,
    DeploymentRecord record,
    ObservedState seen,
    Set<String> localDigests,
    Set<String> taken) {
  public PlanInput {
    localDigests = Set.copyOf(localDigests);
    taken = Set.copyOf(taken);
  }
}
