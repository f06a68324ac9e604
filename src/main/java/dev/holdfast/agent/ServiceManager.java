package dev.holdfast.agent;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells systemd how the agent is (sd_notify(3)): ready, one line of status, alive, stopping.
 *
 * <p>Java has no unix datagram sockets. Netty's native transport has them, and is there anyway for
 * the API's socket: so this costs no process for each message, as {@code systemd-notify} would, and
 * no memory, as calling libc through {@code java.lang.foreign} would (11 MB).
 *
 * <p>Where no service manager asks for it all of this does nothing; a message that could not be
 * sent is said once and is no reason to stop.
 */
final class ServiceManager implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger("holdfast");
  private static final int LONGEST_STATUS = 300;
  private static final int MOST_BYTES = 2048;

  private final byte[] address;
  private final @Nullable Duration watchdog;
  private final LongSupplier nanos;

  /** Once, as what is outside the heap goes only with a collection. */
  private final ByteBuffer bytes = ByteBuffer.allocateDirect(MOST_BYTES);

  private @Nullable Socket socket;
  private boolean complained;
  private String status = "";
  private long lastAlive;

  private ServiceManager(byte[] address, @Nullable Duration watchdog, LongSupplier nanos) {
    this.address = address;
    this.watchdog = watchdog;
    this.nanos = nanos;
    this.lastAlive = nanos.getAsLong() - (watchdog == null ? 0 : watchdog.toNanos());
  }

  static ServiceManager of(Map<String, String> environment, LongSupplier nanos) {
    return new ServiceManager(
        address(environment.getOrDefault("NOTIFY_SOCKET", "")), watchdog(environment), nanos);
  }

  /** A path, or a name in the kernel's own space, which begins with a zero byte there. */
  private static byte[] address(String socket) {
    if (!socket.startsWith("/") && !socket.startsWith("@")) {
      return new byte[0];
    }
    byte[] address = socket.getBytes(StandardCharsets.UTF_8);
    if (address[0] == '@') {
      address[0] = 0;
    }
    return address;
  }

  private static @Nullable Duration watchdog(Map<String, String> environment) {
    String own = Long.toString(ProcessHandle.current().pid());
    if (!environment.getOrDefault("WATCHDOG_PID", own).equals(own)) {
      return null;
    }
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    return micros.matches("[1-9][0-9]{0,15}")
        ? Duration.ofNanos(Long.parseLong(micros) * 1000)
        : null;
  }

  boolean listens() {
    return address.length > 0;
  }

  synchronized void ready() {
    send("READY=1");
  }

  synchronized void stopping(String what) {
    status = "";
    send("STOPPING=1\nSTATUS=" + line(what));
  }

  /** Sent where it is new. */
  synchronized void status(String text) {
    String line = line(text);
    if (!line.equals(status)) {
      status = line;
      send("STATUS=" + line);
    }
  }

  /** To be called whenever the loop is seen to turn; sent four times in the watchdog's patience. */
  synchronized void alive() {
    if (watchdog == null || nanos.getAsLong() - lastAlive < watchdog.toNanos() / 4) {
      return;
    }
    lastAlive = nanos.getAsLong();
    send("WATCHDOG=1");
  }

  private static String line(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .limit(LONGEST_STATUS)
        .forEach(c -> line.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
    return line.toString();
  }

  private void send(String message) {
    if (!listens()) {
      return;
    }
    try {
      bytes.clear();
      bytes.put(message.getBytes(StandardCharsets.UTF_8)).flip();
      int sent = opened().sendToDomainSocket(bytes, bytes.position(), bytes.limit(), address);
      if (sent < 0) {
        throw new IOException("error " + -sent);
      }
    } catch (IOException | RuntimeException | LinkageError e) {
      complain(e);
    }
  }

  private Socket opened() {
    Socket open =
        Optional.ofNullable(socket)
            .orElseGet(
                () -> {
                  Epoll.ensureAvailability();
                  return Socket.newSocketDomainDgram();
                });
    socket = open;
    return open;
  }

  private void complain(Throwable e) {
    if (!complained) {
      complained = true;
      LOG.warn(
          "could not tell the service manager how the agent is because of "
              + e
              + "; where the unit has WatchdogSec, systemd will take the agent for dead");
    }
  }

  @Override
  public synchronized void close() {
    if (socket == null) {
      return;
    }
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("the socket to the service manager", e);
    }
    socket = null;
  }
}
