package dev.holdfast.compose;

import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Sequence;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code extra_hosts}: a list of {@code host=address} or {@code host:address}, or a map of a host
 * to one address or several. An address is that of IPv4 or IPv6, in brackets or not, or {@code
 * host-gateway}.
 */
final class ExtraHosts {
  private static final Pattern HOST = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,252}");
  private static final String GATEWAY = "host-gateway";

  private final Fields service;
  private final Set<String> found = new LinkedHashSet<>();

  private ExtraHosts(Fields service) {
    this.service = service;
  }

  /** As the engine takes them, {@code host:address}; null where there are none. */
  static @Nullable List<String> read(Fields service) {
    ExtraHosts hosts = new ExtraHosts(service);
    if (service.get("extra_hosts") instanceof Mapping map) {
      map.members().forEach((host, member) -> hosts.addresses(host, member.value()));
    } else {
      service.items("extra_hosts").forEach(hosts::item);
    }
    return hosts.found.isEmpty() ? null : new ArrayList<>(hosts.found);
  }

  private void addresses(String host, Value value) {
    if (value instanceof Sequence list) {
      list.items().forEach(item -> address(host, item));
    } else {
      address(host, value);
    }
  }

  private void address(String host, Value value) {
    if (value instanceof Scalar address) {
      add(address, host, address.text());
    } else {
      refuse(value);
    }
  }

  private void item(Value item) {
    String text = item instanceof Scalar scalar ? scalar.text() : "";
    int at = text.indexOf('=') < 0 ? text.indexOf(':') : text.indexOf('=');
    if (item instanceof Scalar scalar && at > 0) {
      add(scalar, text.substring(0, at), text.substring(at + 1));
    } else {
      refuse(item);
    }
  }

  private void add(Scalar at, String host, String written) {
    boolean brackets = written.startsWith("[") && written.endsWith("]");
    String address = brackets ? written.substring(1, written.length() - 1) : written;
    if (HOST.matcher(host).matches() && isAddress(address)) {
      found.add(host + ":" + address);
    } else {
      refuse(at);
    }
  }

  private static boolean isAddress(String text) {
    try {
      return text.equals(GATEWAY) || !InetAddress.ofLiteral(text).getHostAddress().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void refuse(Value value) {
    service
        .problems()
        .error(
            value.place(),
            service.path("extra_hosts")
                + " takes host=address with an address of IPv4 or IPv6, or host-gateway");
  }
}
