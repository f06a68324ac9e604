package dev.holdfast.compose;

import java.net.InetAddress;

/** Addresses as text; none is looked up. */
final class Addresses {
  private Addresses() {}

  static boolean isAddress(String text) {
    try {
      return !text.isEmpty() && !InetAddress.ofLiteral(text).getHostAddress().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static boolean isIpv4(String text) {
    return isAddress(text) && text.indexOf(':') < 0;
  }

  static boolean isIpv6(String text) {
    return isAddress(text) && text.indexOf(':') >= 0;
  }
}
