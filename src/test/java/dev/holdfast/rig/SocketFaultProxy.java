package dev.holdfast.rig;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A unix socket between a client and an engine that breaks as it was told to: by request (method
 * and path) and by count.
 *
 * <p>Each connection of the client has one of its own to the engine; requests are passed on one
 * after the other, answers as they come, upgraded connections byte for byte. Without an engine
 * behind it only requests with an answer of its own are served.
 */
public final class SocketFaultProxy implements AutoCloseable {
  private final Path socket;
  private final @Nullable Path engine;
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Set<ProxyConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Script script;
  private @Nullable ServerSocketChannel server;

  private SocketFaultProxy(Path socket, @Nullable Path engine) {
    this.socket = socket;
    this.engine = engine;
  }

  public static SocketFaultProxy between(Path socket, Path engine) {
    SocketFaultProxy proxy = new SocketFaultProxy(socket, engine);
    proxy.listen();
    return proxy;
  }

  public static SocketFaultProxy alone(Path socket) {
    SocketFaultProxy proxy = new SocketFaultProxy(socket, null);
    proxy.listen();
    return proxy;
  }

  private record Rule(Pattern request, int nth, SocketFault fault, AtomicInteger met) {
    boolean matches(String text) {
      return request.matcher(text).find() && (nth == 0 || met.incrementAndGet() == nth);
    }
  }

  /** As Docker clients write it. */
  public String host() {
    return "unix://" + socket;
  }

  /**
   * @param request a regular expression found in {@code POST /v1.41/containers/create?name=x}
   */
  public SocketFaultProxy every(String request, SocketFault fault) {
    return nth(0, request, fault);
  }

  /** The {@code nth} such request from now on, the first being 1. */
  public SocketFaultProxy nth(int nth, String request, SocketFault fault) {
    rules.add(new Rule(Pattern.compile(request), nth, fault, new AtomicInteger()));
    return this;
  }

  public void heal() {
    rules.clear();
  }

  /** All requests so far, in the order in which they came. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  public long count(String request) {
    Pattern pattern = Pattern.compile(request);
    return requests.stream().filter(text -> pattern.matcher(text).find()).count();
  }

  public int openConnections() {
    return connections.size();
  }

  /**
   * As an engine that is stopped: connections are cut, the socket is there and nobody listens on
   * it.
   */
  public synchronized void refuse() {
    if (server != null) {
      close(server);
      server = null;
    }
    connections.forEach(ProxyConnection::close);
  }

  public synchronized void listen() {
    try {
      Files.deleteIfExists(socket);
      ServerSocketChannel opened = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      opened.bind(UnixDomainSocketAddress.of(socket), 128);
      server = opened;
      Thread.ofVirtual().name("fault proxy").start(() -> accept(opened));
    } catch (IOException e) {
      throw new IllegalStateException("could not listen on " + socket, e);
    }
  }

  private void accept(ServerSocketChannel listening) {
    try {
      while (true) {
        serve(listening.accept());
      }
    } catch (IOException e) {
      // It was closed: no more connections.
    }
  }

  private void serve(SocketChannel client) {
    ProxyConnection connection = new ProxyConnection(this, client, engine);
    connections.add(connection);
    Thread.ofVirtual()
        .name("fault proxy connection")
        .start(
            () -> {
              try {
                connection.run();
              } finally {
                connection.close();
                connections.remove(connection);
              }
            });
  }

  /** Decides about a request by more than a pattern: by its body too. */
  public interface Script {
    @Nullable SocketFault fault(String request, byte[] body);
  }

  /** From now on asked about each request, before all rules. */
  public SocketFaultProxy script(Script script) {
    this.script = script;
    return this;
  }

  /** Notes the request, and says what is to happen to it; null: nothing. */
  @Nullable SocketFault fault(String request, byte[] body) {
    requests.add(request);
    Script asked = script;
    SocketFault found = asked == null ? null : asked.fault(request, body);
    for (Rule rule : rules) {
      if (rule.matches(request) && found == null) {
        found = rule.fault();
      }
    }
    return found;
  }

  static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // It is gone either way.
    }
  }

  @Override
  public void close() {
    refuse();
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new IllegalStateException("could not remove " + socket, e);
    }
  }
}
