package dev.holdfast.cli;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 over a unix socket, one request a connection: as much of it as a command needs to ask
 * the agent. The JDK's own client knows no unix socket and takes longer to load than a command
 * lives.
 */
final class UnixHttp {
  private static final int MOST_HEADERS = 100;
  private static final int LARGEST_BODY = 64 << 20;

  private UnixHttp() {}

  /** An answer whose body is still to be read. */
  static final class Answer implements AutoCloseable {
    private final int status;
    private final InputStream body;
    private final SocketStream stream;

    private Answer(int status, InputStream body, SocketStream stream) {
      this.status = status;
      this.body = body;
      this.stream = stream;
    }

    int status() {
      return status;
    }

    InputStream body() {
      return body;
    }

    void patience(Duration limit) {
      stream.patience(limit);
    }

    byte[] bytes() throws IOException {
      byte[] bytes = body.readNBytes(LARGEST_BODY + 1);
      if (bytes.length > LARGEST_BODY) {
        throw new IOException("the agent's answer is larger than " + (LARGEST_BODY >> 20) + " MiB");
      }
      return bytes;
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  /**
   * @param patience how long each part of the answer may take
   */
  static Answer send(
      Path socket, String method, String target, @Nullable String json, Duration patience)
      throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      SocketStream stream = new SocketStream(channel, patience);
      stream.write(request(method, target, json));
      return answer(stream);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** A connection that the other end took over, or its answer that it did not. */
  sealed interface Upgrade {
    record Taken(ShellWire wire) implements Upgrade {}

    record Refused(Answer answer) implements Upgrade {}
  }

  static Upgrade upgrade(Path socket, String target, String protocol, Duration patience)
      throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      SocketStream stream = new SocketStream(channel, patience);
      String head =
          "GET "
              + target
              + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: "
              + protocol
              + "\r\n\r\n";
      stream.write(head.getBytes(StandardCharsets.US_ASCII));
      int status = status(HttpLines.read(stream));
      Map<String, String> headers = headers(stream);
      return status == 101
          ? new Upgrade.Taken(new ShellWire(channel, stream.blocking()))
          : new Upgrade.Refused(new Answer(status, body(stream, headers), stream));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static byte[] request(String method, String target, @Nullable String json) {
    byte[] body = json == null ? new byte[0] : json.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder();
    head.append(method)
        .append(' ')
        .append(target)
        .append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    head.append("Accept: */*\r\nContent-Length: ").append(body.length).append("\r\n");
    if (json != null) {
      head.append("Content-Type: application/json\r\n");
    }
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    byte[] whole = Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, whole, start.length, body.length);
    return whole;
  }

  private static Answer answer(SocketStream in) throws IOException {
    int status = status(HttpLines.read(in));
    Map<String, String> headers = headers(in);
    return new Answer(status, body(in, headers), in);
  }

  private static int status(String line) throws IOException {
    String[] parts = line.split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("[1-5][0-9]{2}")) {
      throw new IOException("what answers on the socket does not speak HTTP");
    }
    return Integer.parseInt(parts[1]);
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    Map<String, String> headers = new TreeMap<>();
    for (String line = HttpLines.read(in); !line.isEmpty(); line = HttpLines.read(in)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      if (headers.size() > MOST_HEADERS) {
        throw new IOException("the agent's answer has too many headers");
      }
    }
    return headers;
  }

  private static InputStream body(InputStream in, Map<String, String> headers) throws IOException {
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      return new ChunkedStream(in);
    }
    String length = headers.get("content-length");
    if (length == null) {
      return in;
    }
    if (!length.matches("[0-9]{1,9}") || Integer.parseInt(length) > LARGEST_BODY) {
      throw new IOException("the agent's answer has no sensible length");
    }
    byte[] bytes = in.readNBytes(Integer.parseInt(length));
    if (bytes.length < Integer.parseInt(length)) {
      throw new EOFException("the agent broke off its answer");
    }
    return new ByteArrayInputStream(bytes);
  }
}
