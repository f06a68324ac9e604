package dev.holdfast.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A service of the Compose file, without its image. {@code probe}: null where only the container's
 * own health counts. {@code replicas}: how many containers; null for one.
 */
public record ServiceSpec(
    String name,
    ContainerSpec container,
    SortedMap<String, Dependency> dependsOn,
    @Nullable Probe probe,
    @Nullable Integer replicas) {
  public ServiceSpec {
    dependsOn = Collections.unmodifiableSortedMap(new TreeMap<>(dependsOn));
  }

  /** One container. */
  public ServiceSpec(
      String name,
      ContainerSpec container,
      SortedMap<String, Dependency> dependsOn,
      @Nullable Probe probe) {
    this(name, container, dependsOn, probe, null);
  }

  public ServiceSpec withContainer(ContainerSpec other) {
    return new ServiceSpec(name, other, dependsOn, probe, replicas);
  }
}
