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
import java.util.concurrent.atomic.AtomicInteger;

/** A way to a server on loopback that can be silent, cut, slow or closed; what it is now counts. */
final class TcpProxy implements AutoCloseable {
  private static final int SLICE = 1_400;

  enum Mode {
    PASS,
    /** Accepts, reads, and never answers. */
    SILENT,
    /** Cuts the answer after its first bytes. */
    CUT,
    /** A slice of the answer every few milliseconds. */
    SLOW,
    /** Hangs up at once. */
    HANG_UP
  }

  private final ServerSocket server;
  private final int behind;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  final AtomicInteger connections = new AtomicInteger();
  volatile Mode mode = Mode.PASS;

  TcpProxy(int behind) {
    this("127.0.0.1", behind);
  }

  /**
   * @param address of this machine, where it listens
   */
  TcpProxy(String address, int behind) {
    this.behind = behind;
    try {
      server = new ServerSocket(0, 50, InetAddress.getByName(address));
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
        connections.incrementAndGet();
        Thread.startVirtualThread(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client) {
      if (mode == Mode.HANG_UP) {
        return;
      }
      try (Socket target = new Socket("127.0.0.1", behind)) {
        open.add(target);
        Thread back = Thread.startVirtualThread(() -> answer(target, client));
        pump(client, target);
        back.join();
      } finally {
        open.removeIf(Socket::isClosed);
      }
    } catch (IOException e) {
      // Either side went.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // Either side went.
    }
  }

  private void answer(Socket target, Socket client) {
    try {
      InputStream in = target.getInputStream();
      OutputStream out = client.getOutputStream();
      byte[] slice = new byte[SLICE];
      for (int read = in.read(slice); read >= 0; read = in.read(slice)) {
        switch (mode) {
          case PASS, HANG_UP -> out.write(slice, 0, read);
          case SILENT -> {
            // Kept back.
          }
          case CUT -> {
            out.write(slice, 0, Math.min(read, 60));
            out.flush();
            client.close();
            return;
          }
          case SLOW -> {
            Thread.sleep(15);
            out.write(slice, 0, read);
          }
        }
      }
      client.shutdownOutput();
    } catch (IOException e) {
      // Either side went.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
