package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which address of a network the engine gives next: the lowest that is free. So a container that
 * leaves a network for a moment gets its own back, unless a lower one has become free. (A network
 * whose subnet somebody chose takes a wish; but a container that has its address by a wish does not
 * start after a restart of the engine if another one was given it first.)
 */
record AddressRoom(long first, long end, Set<Long> taken) {
  private static final int BITS = 32;

  /** From an inspect of the network; null where it has no IPv4 addresses. */
  static @Nullable AddressRoom of(JsonNode network) {
    for (JsonNode config : network.path("IPAM").path("Config")) {
      String subnet = config.path("Subnet").asText();
      if (!subnet.contains(":") && subnet.contains("/")) {
        return of(subnet, config, network.path("Containers"));
      }
    }
    return null;
  }

  private static AddressRoom of(String subnet, JsonNode config, JsonNode containers) {
    long base = base(subnet);
    long last = base + size(subnet) - 1;
    Set<Long> taken = new HashSet<>(Set.of(base, last));
    String gateway = config.path("Gateway").asText();
    taken.add(gateway.isEmpty() ? base + 1 : number(gateway));
    config.path("AuxiliaryAddresses").forEach(address -> taken.add(number(address.asText())));
    for (JsonNode container : containers) {
      String address = container.path("IPv4Address").asText();
      if (!address.isEmpty()) {
        taken.add(number(address));
      }
    }
    String range = config.path("IPRange").asText();
    return range.isEmpty()
        ? new AddressRoom(base, last + 1, taken)
        : new AddressRoom(base(range), base(range) + size(range), taken);
  }

  /** Whether one that has this address now would be given it again. */
  boolean givesBack(String address) {
    long wanted = number(address);
    if (wanted < first || wanted >= end || wanted - first > taken.size()) {
      return false;
    }
    for (long lower = first; lower < wanted; lower++) {
      if (!taken.contains(lower)) {
        return false;
      }
    }
    return true;
  }

  private static long size(String range) {
    return 1L << (BITS - Integer.parseInt(range.substring(range.indexOf('/') + 1)));
  }

  private static long base(String range) {
    return number(range) & -size(range);
  }

  /** Of {@code 10.0.0.1} or {@code 10.0.0.1/24}. */
  private static long number(String address) {
    int slash = address.indexOf('/');
    long number = 0;
    for (String part : (slash < 0 ? address : address.substring(0, slash)).split("\\.", -1)) {
      number = number << 8 | Integer.parseInt(part);
    }
    return number;
  }
}
