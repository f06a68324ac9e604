package dev.holdfast.plan;

import dev.holdfast.model.ObservedContainer;
import org.jspecify.annotations.Nullable;

/**
 * A container in a plan: one that was seen, by id, or one that an earlier step creates, by the name
 * that it is created under.
 */
public record ContainerRef(@Nullable String id, String name) {
  public static ContainerRef of(ObservedContainer container) {
    return new ContainerRef(container.id(), container.name());
  }

  public static ContainerRef created(String name) {
    return new ContainerRef(null, name);
  }
}
