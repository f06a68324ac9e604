package dev.holdfast.plan;

import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import java.util.Set;

/**
 * What the plan is made from that keeps an app at a release.
 *
 * @param unusable ids of containers that could not be started: they are made anew
 * @param taken container names that somebody outside the app holds
 * @param cleans whether what is left of earlier deployments is removed; not while a rollback that
 *     failed is not resolved
 */
public record KeepInput(
    Release release,
    ObservedState seen,
    Set<String> localDigests,
    Set<String> unusable,
    Set<String> taken,
    boolean cleans) {
  public KeepInput {
    localDigests = Set.copyOf(localDigests);
    unusable = Set.copyOf(unusable);
    taken = Set.copyOf(taken);
  }

  /** As far as it is known before anything of it was tried. */
  public KeepInput(Release release, ObservedState seen, Set<String> localDigests, boolean cleans) {
    this(release, seen, localDigests, Set.of(), Set.of(), cleans);
  }
}
