package dev.holdfast.model;

import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Another Compose project on the same engine, as far as it tells whether it is the same application
 * under another name.
 *
 * @param managed the agent made something of it
 * @param directories where docker compose was run
 * @param services with containers, whether they run or not
 * @param volumes by their keys in its Compose file
 */
public record Neighbour(
    String project,
    boolean managed,
    SortedSet<String> directories,
    SortedMap<String, Service> services,
    SortedMap<String, String> volumes) {
  public Neighbour {
    directories = Collections.unmodifiableSortedSet(new TreeSet<>(directories));
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
    volumes = Collections.unmodifiableSortedMap(new TreeMap<>(volumes));
  }

  /**
   * @param image as docker shows it
   * @param ports that it publishes on the host now: {@code 8080/tcp}
   */
  public record Service(String image, Set<String> containers, Set<String> ports) {
    public Service {
      containers = Set.copyOf(containers);
      ports = Set.copyOf(ports);
    }
  }
}
