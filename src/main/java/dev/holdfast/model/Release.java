package dev.holdfast.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An immutable, fully resolved desired state of an app. Its id is the first 12 hexadecimal digits
 * of the SHA-256 of its canonical form, so the same inputs give the same id on every server.
 */
public record Release(
    String app,
    SortedMap<String, Service> services,
    SortedMap<String, NetworkSpec> networks,
    SortedMap<String, VolumeSpec> volumes,
    RolloutSpec rollout) {
  private static final int ID_DIGITS = 12;

  public Release {
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
    networks = Collections.unmodifiableSortedMap(new TreeMap<>(networks));
    volumes = Collections.unmodifiableSortedMap(new TreeMap<>(volumes));
  }

  public String id() {
    return Canonical.sha256(this).substring(0, ID_DIGITS);
  }

  /** A service with the image that it runs. */
  public record Service(ServiceSpec spec, PinnedImage image) {
    /**
     * Says whether a container is up to date: it covers the image's digest and all that a container
     * is made from, and not the order of starting, the probe or the tag that people wrote.
     */
    public String configHash() {
      return Canonical.sha256(
          new Identity(image.name().name(), image.digest().value(), spec.container()));
    }

    private record Identity(String image, String digest, ContainerSpec container) {}
  }
}
