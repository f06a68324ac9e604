package dev.holdfast.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a name's addresses, the first that takes it. What a source wrote is resolved once,
 * and the address itself is held against the rule and then used, so that a name that resolves
 * differently the next time gains nothing.
 */
final class Addresses {
  /** Where clouds keep their servers' credentials beyond the link-local range. */
  private static final Set<String> METADATA =
      Set.of("168.63.129.16", "100.100.100.200", "fd00:ec2:0:0:0:0:0:254");

  private Addresses() {}

  /** A source asked for an address that the agent asks for nobody. */
  static final class Forbidden extends IOException {
    private static final long serialVersionUID = 1;

    Forbidden(String message) {
      super(message);
    }
  }

  static Socket connect(HttpQuestion question) throws IOException {
    IOException last = null;
    for (InetAddress address : InetAddress.getAllByName(question.host())) {
      if (question.guarded() && isForbidden(address)) {
        throw new Forbidden(
            address.getHostAddress()
                + " is an address of the link or of the cloud's own services; the agent asks it"
                + " for no app");
      }
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(address, question.port()));
        return socket;
      } catch (IOException e) {
        socket.close();
        last = first(last, e);
      }
    }
    throw last == null ? new IOException("its name has no address") : last;
  }

  private static IOException first(@Nullable IOException earlier, IOException now) {
    return earlier == null ? now : earlier;
  }

  static boolean isForbidden(InetAddress address) {
    return address.isLinkLocalAddress()
        || address.isMulticastAddress()
        || address.isAnyLocalAddress()
        || METADATA.contains(address.getHostAddress());
  }
}
