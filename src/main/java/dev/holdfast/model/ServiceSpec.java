package dev.holdfast.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A service of the Compose file, without its image.
 *
 * @param probe null where only the container's own health counts
 * @param updating null for {@link Updating#DEFAULT}, so that releases without it keep their ids
 */
public record ServiceSpec(
    String name,
    ContainerSpec container,
    SortedMap<String, Dependency> dependsOn,
    @Nullable Probe probe,
    @Nullable Updating updating) {
  public ServiceSpec {
    dependsOn = Collections.unmodifiableSortedMap(new TreeMap<>(dependsOn));
    updating = Updating.DEFAULT.equals(updating) ? null : updating;
  }

  public ServiceSpec(
      String name,
      ContainerSpec container,
      SortedMap<String, Dependency> dependsOn,
      @Nullable Probe probe) {
    this(name, container, dependsOn, probe, null);
  }

  public Updating updates() {
    return updating == null ? Updating.DEFAULT : updating;
  }

  public ServiceSpec withUpdating(Updating other) {
    return new ServiceSpec(name, container, dependsOn, probe, other);
  }

  public ServiceSpec withContainer(ContainerSpec other) {
    return new ServiceSpec(name, other, dependsOn, probe, updating);
  }
}
