package dev.holdfast.model;

import java.util.List;
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
    int priority) {
  public NetworkAttachment {
    aliases = List.copyOf(aliases);
  }

  public static NetworkAttachment plain(String network) {
    return new NetworkAttachment(network, List.of(), null, null, null, 0);
  }
}
