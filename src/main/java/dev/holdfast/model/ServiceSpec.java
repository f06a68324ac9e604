package dev.holdfast.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A service of the Compose file, without its image. {@code probe}: null where only the container's
 * own health counts.
 */
public record ServiceSpec(
    String name,
    ContainerSpec container,
    SortedMap<String, Dependency> dependsOn,
    @Nullable Probe probe) {
  public ServiceSpec {
    dependsOn = Collections.unmodifiableSortedMap(new TreeMap<>(dependsOn));
  }
}
