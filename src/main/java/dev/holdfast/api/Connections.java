package dev.holdfast.api;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What only the connection below Vert.x knows: the user at the other end of the unix socket, and
 * its idle timer.
 */
final class Connections {
  private static final Path USERS = Path.of("/etc/passwd");

  private Connections() {}

  static boolean isUnixSocket(HttpServerRequest request) {
    return request.connection() instanceof ConnectionBase base
        && base.channel() instanceof EpollDomainSocketChannel;
  }

  /**
   * The name of the user who opened the unix socket, its number where it has no name, or {@code
   * socket}.
   */
  static String peer(HttpServerRequest request) {
    if (request.connection() instanceof ConnectionBase base
        && base.channel() instanceof EpollDomainSocketChannel channel) {
      try {
        int uid = channel.peerCredentials().uid();
        return userName(uid).orElse("uid " + uid);
      } catch (IOException e) {
        return "socket";
      }
    }
    return "socket";
  }

  /** A log that is followed, say, may be silent for longer than an idle connection lives. */
  static void keepOpenWhileIdle(HttpServerRequest request) {
    if (request.connection() instanceof ConnectionBase base) {
      Channel channel = base.channel();
      if (channel.pipeline().get("idle") != null) {
        channel.pipeline().remove("idle");
      }
    }
  }

  /** One that is taken over asks nothing any more, and is not made to leave. */
  static void stay(HttpServerRequest request) {
    if (request.connection() instanceof ConnectionBase base
        && base.channel().pipeline().get("guest") instanceof Guest guest) {
      guest.stay();
    }
  }

  private static Optional<String> userName(int uid) throws IOException {
    try (var lines = Files.lines(USERS)) {
      return lines
          .map(line -> line.split(":", -1))
          .filter(user -> user.length > 2 && user[2].equals(Integer.toString(uid)))
          .map(user -> user[0])
          .findFirst();
    }
  }
}
