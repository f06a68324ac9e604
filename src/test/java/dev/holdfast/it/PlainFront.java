package dev.holdfast.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands before a plain HTTP server of the JDK, which waits for ever on a TLS hello: an engine
 * tries TLS first, and must be hung up on at once, as a registry written in Go does.
 */
final class PlainFront implements AutoCloseable {
  private static final int TLS_HELLO = 0x16;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ServerSocket server;
  private final int behind;

  PlainFront(int behind) {
    this.behind = behind;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.startVirtualThread(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client) {
      int first = client.getInputStream().read();
      if (first < 0 || first == TLS_HELLO) {
        return;
      }
      try (Socket target = new Socket(InetAddress.getLoopbackAddress(), behind)) {
        open.add(target);
        target.getOutputStream().write(first);
        Thread back = Thread.startVirtualThread(() -> pump(target, client));
        pump(client, target);
        back.join();
        open.remove(target);
      }
    } catch (IOException e) {
      // The other side hung up; its own client says so.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private static void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.forEach(PlainFront::close);
  }
}
