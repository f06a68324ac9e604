package dev.holdfast.reconcile;

import dev.holdfast.docker.Engine;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.plan.Plan;
import dev.holdfast.plan.Step;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Asks the engine only for the images that a plan would pull, and plans anew without those. */
final class LocalImages {
  private LocalImages() {}

  /**
   * @param planner from the pull references of images that the engine holds
   */
  static Plan plan(Engine engine, Function<Set<String>, Plan> planner) {
    Plan pullsAll = planner.apply(Set.of());
    SortedMap<String, PinnedImage> images = new TreeMap<>();
    for (Step step : pullsAll.steps()) {
      if (step instanceof Step.Pull pull) {
        images.put(pull.image().pullReference(), pull.image());
      }
    }
    images.values().removeIf(image -> engine.image(image).isEmpty());
    return images.isEmpty() ? pullsAll : planner.apply(images.keySet());
  }
}
