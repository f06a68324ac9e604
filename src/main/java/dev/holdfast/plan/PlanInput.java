package dev.holdfast.plan;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment's plan is made from.
 *
 * @param previous the last good release, as far as it is known
 * @param taken container names that somebody outside the app holds
 * @param backups those that stand for this deployment, with how long ago they were taken
 */
public record PlanInput(
    Release release,
    @Nullable Release previous,
    DeploymentRecord record,
    ObservedState seen,
    Set<String> localDigests,
    Set<String> taken,
    SortedMap<String, Duration> backups) {
  public PlanInput {
    localDigests = Set.copyOf(localDigests);
    taken = Set.copyOf(taken);
    backups = Collections.unmodifiableSortedMap(new TreeMap<>(backups));
  }

  /** Without a backup taken yet. */
  public PlanInput(
      Release release,
      @Nullable Release previous,
      DeploymentRecord record,
      ObservedState seen,
      Set<String> localDigests,
      Set<String> taken) {
    this(release, previous, record, seen, localDigests, taken, new TreeMap<>());
  }
}
