package dev.holdfast.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A way to an HTTP server on loopback that notes the requests and counts the bytes both ways. */
final class Wiretap implements AutoCloseable {
  private static final Pattern REQUEST = Pattern.compile("(GET|HEAD|POST|PUT) (\\S+) HTTP/1");
  private final ServerSocket server;
  private final int behind;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicLong bytes = new AtomicLong();

  Wiretap(int behind) {
    this.behind = behind;
    try {
      server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(this::accept);
  }

  static Wiretap on(String address) {
    return new Wiretap(Integer.parseInt(address.replaceAll(".*:([0-9]+).*", "$1")));
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  List<String> requests() {
    return List.copyOf(requests);
  }

  long bytes() {
    return bytes.get();
  }

  void forget() {
    requests.clear();
    bytes.set(0);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Socket target = new Socket("127.0.0.1", behind);
        Thread.startVirtualThread(() -> pump(client, target, true));
        Thread.startVirtualThread(() -> pump(target, client, false));
      } catch (IOException e) {
        // Closed, or nobody is behind: the client sees that its connection ends.
      }
    }
  }

  private void pump(Socket from, Socket to, boolean asks) {
    byte[] slice = new byte[64 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(slice); read >= 0; read = in.read(slice)) {
        if (asks) {
          note(new String(slice, 0, read, StandardCharsets.ISO_8859_1));
        }
        bytes.addAndGet(read);
        out.write(slice, 0, read);
      }
    } catch (IOException e) {
      // Either side went.
    }
  }

  private void note(String text) {
    Matcher found = REQUEST.matcher(text);
    while (found.find()) {
      requests.add(found.group(1) + " " + found.group(2));
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
