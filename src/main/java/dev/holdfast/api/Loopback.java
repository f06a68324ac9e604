package dev.holdfast.api;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which hosts are this machine alone, by their text: a name is never looked up. */
final class Loopback {
  private static final Pattern IPV4 =
      Pattern.compile("127(\\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}");

  private Loopback() {}

  static boolean isAddress(@Nullable String address) {
    if (address == null) {
      return false;
    }
    String plain = address.startsWith("::ffff:") ? address.substring("::ffff:".length()) : address;
    return IPV4.matcher(plain).matches() || plain.equals("::1") || plain.equals("0:0:0:0:0:0:0:1");
  }

  static boolean isName(String host) {
    return host.equalsIgnoreCase("localhost") || isAddress(host.toLowerCase(Locale.ROOT));
  }

  /**
   * The host in {@code host}, {@code host:port}, {@code [v6]} or {@code [v6]:port}; null where it
   * is none of them.
   */
  static @Nullable String hostOf(String authority) {
    if (authority.startsWith("[")) {
      int end = authority.indexOf(']');
      return end < 0 ? null : authority.substring(1, end);
    }
    int colon = authority.indexOf(':');
    if (colon != authority.lastIndexOf(':')) {
      return authority;
    }
    return colon < 0 ? authority : authority.substring(0, colon);
  }
}
