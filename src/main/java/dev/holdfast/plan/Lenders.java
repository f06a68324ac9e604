package dev.holdfast.plan;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The containers whose namespaces or volumes others share. The engine ties a container to the very
 * one that it was made for, by id: one that is older than what stands in that place now is tied to
 * one that is gone.
 */
final class Lenders {
  private Lenders() {}

  /** Whether the container belongs to others than those that stand there, or will. */
  static boolean areOthers(
      ObservedContainer container,
      Release.Service service,
      Release release,
      ObservedState seen,
      Set<String> unusable) {
    for (String parent : service.spec().container().parents()) {
      boolean known = release.services().get(parent) != null;
      if (known && isNewer(Slot.of(release, parent, seen, unusable).match(), container)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNewer(@Nullable ObservedContainer lender, ObservedContainer borrower) {
    if (lender == null) {
      return true;
    }
    return lender.createdAt() != null
        && borrower.createdAt() != null
        && lender.createdAt().isAfter(borrower.createdAt());
  }
}
