package dev.holdfast.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an app's source asks for, before the registries were asked.
 *
 * @param images by service; every service has one
 */
public record DesiredState(
    String app,
    SortedMap<String, ServiceSpec> services,
    SortedMap<String, ImageWish> images,
    SortedMap<String, NetworkSpec> networks,
    SortedMap<String, VolumeSpec> volumes,
    RolloutSpec rollout,
    ReleaseName name) {
  public DesiredState {
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
    images = Collections.unmodifiableSortedMap(new TreeMap<>(images));
    networks = Collections.unmodifiableSortedMap(new TreeMap<>(networks));
    volumes = Collections.unmodifiableSortedMap(new TreeMap<>(volumes));
    if (!services.keySet().equals(images.keySet())) {
      throw new IllegalArgumentException(
          "each service needs an image: " + services.keySet() + " and " + images.keySet());
    }
  }

  /** What people call it; not part of a release's identity. */
  public record ReleaseName(@Nullable String version, @Nullable String commit) {
    public static final ReleaseName NONE = new ReleaseName(null, null);
  }
}
