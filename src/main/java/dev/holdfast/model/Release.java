package dev.holdfast.model;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
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
  private static final Digests IDS = new Digests();
  private static final Digests CONFIG_HASHES = new Digests();

  public Release {
    services = Collections.unmodifiableSortedMap(withParents(services));
    networks = Collections.unmodifiableSortedMap(new TreeMap<>(networks));
    volumes = Collections.unmodifiableSortedMap(new TreeMap<>(volumes));
  }

  public String id() {
    return IDS.of(this, () -> Canonical.sha256(this).substring(0, ID_DIGITS));
  }

  /**
   * A container that shares another's namespace or volumes is made anew when that one is: so its
   * parents' hashes become part of its own. Parents come first; a circle cannot get past the loader
   * and ends here all the same.
   */
  private static SortedMap<String, Service> withParents(SortedMap<String, Service> services) {
    SortedMap<String, Service> known = new TreeMap<>();
    services.keySet().forEach(name -> resolve(name, services, known, new HashSet<>()));
    return known;
  }

  private static void resolve(
      String name,
      SortedMap<String, Service> services,
      SortedMap<String, Service> known,
      Set<String> open) {
    Service service = services.get(name);
    if (service == null || known.containsKey(name) || !open.add(name)) {
      return;
    }
    SortedMap<String, String> parents = new TreeMap<>();
    for (String parent : service.spec().container().parents()) {
      resolve(parent, services, known, open);
      Service resolved = known.get(parent);
      if (resolved != null) {
        parents.put(parent, resolved.configHash());
      }
    }
    known.put(name, new Service(service.spec(), service.image(), parents));
  }

  /**
   * A service with the image that it runs.
   *
   * @param parents the hashes of the services whose containers its own cannot be without, by name;
   *     a release fills them in
   */
  public record Service(ServiceSpec spec, PinnedImage image, SortedMap<String, String> parents) {
    public Service {
      parents = Collections.unmodifiableSortedMap(new TreeMap<>(parents));
    }

    public Service(ServiceSpec spec, PinnedImage image) {
      this(spec, image, new TreeMap<>());
    }

    /**
     * Says whether a container is up to date: it covers the image's digest and all that a container
     * is made from, and not the order of starting, the probe or the tag that people wrote.
     */
    public String configHash() {
      return CONFIG_HASHES.of(this, () -> Canonical.sha256(identity()));
    }

    private Identity identity() {
      return new Identity(image.name().name(), image.digest().value(), spec.container(), parents);
    }

    private record Identity(
        String image, String digest, ContainerSpec container, SortedMap<String, String> parents) {}
  }
}
