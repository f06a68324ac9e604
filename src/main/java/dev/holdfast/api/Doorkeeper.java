package dev.holdfast.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.quarkus.vertx.http.HttpServerStart;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Keeps the TCP port open to those who ask something, whoever else holds connections to it:
 *
 * <ol>
 *   <li>A request has {@value Guest#PATIENCE_SECONDS} s from the connection, or from its own first
 *       byte, to its last one; then the connection goes. Bytes that trickle do not prolong it, as
 *       they would an idle timeout.
 *   <li>With {@value #MOST} connections open, a new one takes the place of the one that has been at
 *       its request for longest; if there is none, of the one that has rested for longest. Whoever
 *       is being answered stays.
 * </ol>
 *
 * <p>Vert.x shows a connection after its first request only. So the server's own channel is asked,
 * which the first request leads to; the agent sends that one itself.
 */
@ApplicationScoped
@Sharable
public class Doorkeeper extends ChannelInboundHandlerAdapter {
  static final int MOST = 192;
  private static final Logger LOG = Logger.getLogger("dev.holdfast.api");
  private static final String NAME = "doorkeeper";
  private static final int KNOCK_MILLIS = 2_000;
  private final Set<Guest> guests = new LinkedHashSet<>();

  /** Without a Host header: nobody is let in by it. */
  void knock(@ObservesAsync HttpServerStart started) {
    HttpServerOptions options = started.options();
    if (options.getPort() <= 0) {
      // One that the system has chosen, and that nobody is told.
      return;
    }
    try (Socket socket = new Socket()) {
      InetAddress host = InetAddress.getByName(options.getHost());
      InetAddress address = host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host;
      socket.connect(new InetSocketAddress(address, options.getPort()), KNOCK_MILLIS);
      socket.setSoTimeout(KNOCK_MILLIS);
      socket.getOutputStream().write("HEAD / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      // The first request of somebody else's does it then.
      LOG.debugf("could not knock at the own port: %s", e.getMessage());
    }
  }

  void stand(HttpServerRequest request) {
    if (request.connection() instanceof ConnectionBase base) {
      Channel door = base.channel().parent();
      if (door != null && door.pipeline().get(NAME) == null) {
        door.eventLoop().execute(() -> stand(door.pipeline()));
      }
    }
  }

  private void stand(ChannelPipeline door) {
    if (door.get(NAME) == null) {
      door.addFirst(NAME, this);
    }
  }

  /** Of the server's channel: a connection was accepted. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    if (accepted instanceof Channel connection) {
      Guest guest = new Guest(connection, this::leave);
      enter(guest).ifPresent(Guest::dismiss);
      connection.pipeline().addFirst("guest", guest);
    }
    context.fireChannelRead(accepted);
  }

  private synchronized Optional<Guest> enter(Guest guest) {
    Optional<Guest> leaves = guests.size() < MOST ? Optional.empty() : first();
    leaves.ifPresent(guests::remove);
    guests.add(guest);
    return leaves;
  }

  private Optional<Guest> first() {
    return guests.stream()
        .filter(Guest::asks)
        .findFirst()
        .or(() -> guests.stream().filter(Guest::rests).findFirst());
  }

  private synchronized void leave(Guest guest) {
    guests.remove(guest);
  }

  synchronized int open() {
    return guests.size();
  }
}
