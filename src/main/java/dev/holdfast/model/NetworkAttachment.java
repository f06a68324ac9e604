package dev.holdfast.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A service on one network, by the network's key; {@code aliases} beside the service's and the
 * container's name.
 */
public record NetworkAttachment(
    String network,
    List<String> aliases,
    @Nullable String ipv4Address,
    @Nullable String ipv6Address,
    @Nullable String macAddress,
    int priority,
    @Nullable Endpoint endpoint) {
  public NetworkAttachment {
    aliases = List.copyOf(aliases);
  }

  /** With nothing rare about it. */
  public NetworkAttachment(
      String network,
      List<String> aliases,
      @Nullable String ipv4Address,
      @Nullable String ipv6Address,
      @Nullable String macAddress,
      int priority) {
    this(network, aliases, ipv4Address, ipv6Address, macAddress, priority, null);
  }

  /** What few say; {@code gatewayPriority}: of the networks, the highest is the way out. */
  public record Endpoint(
      @Nullable List<String> linkLocalAddresses,
      @Nullable Integer gatewayPriority,
      @Nullable String interfaceName,
      SortedMap<String, String> driverOptions) {
    public static final Endpoint PLAIN = new Endpoint(null, null, null, new TreeMap<>());

    public Endpoint {
      linkLocalAddresses = EngineOptions.orNull(linkLocalAddresses);
      driverOptions = Collections.unmodifiableSortedMap(new TreeMap<>(driverOptions));
    }
  }

  public static NetworkAttachment plain(String network) {
    return new NetworkAttachment(network, List.of(), null, null, null, 0);
  }
}
