package dev.holdfast.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A network of the Compose file.
 *
 * @param name its real name: {@code <project>_<key>} unless the file gives one
 * @param external made by somebody else: never created or changed here
 */
public record NetworkSpec(
    String key,
    String name,
    boolean external,
    @Nullable String driver,
    SortedMap<String, String> driverOptions,
    boolean internal,
    boolean attachable,
    @Nullable Boolean enableIpv6,
    @Nullable String ipamDriver,
    List<Subnet> subnets,
    SortedMap<String, String> labels,
    boolean withoutIpv4,
    SortedMap<String, String> ipamOptions) {
  public NetworkSpec {
    ipamOptions = Collections.unmodifiableSortedMap(new TreeMap<>(ipamOptions));
    driverOptions = Collections.unmodifiableSortedMap(new TreeMap<>(driverOptions));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    subnets = List.copyOf(subnets);
  }

  /** One {@code ipam.config} entry. */
  public record Subnet(
      @Nullable String subnet,
      @Nullable String gateway,
      @Nullable String ipRange,
      SortedMap<String, String> auxAddresses) {
    public Subnet {
      auxAddresses = Collections.unmodifiableSortedMap(new TreeMap<>(auxAddresses));
    }
  }

  /** A bridge with nothing said about it, as the default network is. */
  public static NetworkSpec plain(String key, String name) {
    return new NetworkSpec(
        key,
        name,
        false,
        null,
        new TreeMap<>(),
        false,
        false,
        null,
        null,
        List.of(),
        new TreeMap<>(),
        false,
        new TreeMap<>());
  }
}
