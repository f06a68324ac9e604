package dev.holdfast.docker;

import dev.holdfast.model.PortMapping;
import java.util.ArrayList;
import java.util.List;

/** Ports as the engine writes them: {@code 80/tcp}. */
final class Ports {
  private Ports() {}

  static String key(PortMapping port) {
    return port.target() + "/" + port.protocol();
  }

  /** Empty is every address; IPv6 goes without its brackets. */
  static String hostIp(PortMapping port) {
    String ip = port.hostIp() == null ? "" : port.hostIp();
    return ip.startsWith("[") && ip.endsWith("]") ? ip.substring(1, ip.length() - 1) : ip;
  }

  /** The entries of {@code exposed}, ranges too: {@code 3000}, {@code 3000-3002/udp}. */
  static List<String> expand(List<String> exposed) {
    List<String> ports = new ArrayList<>();
    for (String entry : exposed) {
      int slash = entry.indexOf('/');
      String protocol = slash < 0 ? "tcp" : entry.substring(slash + 1);
      String[] ends = (slash < 0 ? entry : entry.substring(0, slash)).split("-", 2);
      for (int port = number(entry, ends[0]);
          port <= number(entry, ends[ends.length - 1]);
          port++) {
        ports.add(port + "/" + protocol);
      }
    }
    return ports;
  }

  private static int number(String entry, String text) {
    try {
      int port = Integer.parseInt(text.strip());
      if (port >= 1 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new EngineException.Refused(
        "could not expose port '"
            + entry
            + "': it is neither a port nor a range such as 3000-3005/tcp");
  }
}
