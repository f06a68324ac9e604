package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A connection of its own over which, after one request, bytes go both ways. docker-java's
 * transport cannot end its own direction and keep the other, and by that end a command knows that
 * its input is over. Interrupting a thread that reads or writes here closes the connection.
 */
final class Upgraded implements AutoCloseable {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})[^\r\n]*");
  private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *(\\d{1,9})\r\n");
  private static final int LONGEST_HEAD = 64 * 1024;
  private static final int CONNECT_MILLIS = 10_000;

  private final AutoCloseable connection;
  private final Ending ending;
  private final InputStream in;
  private final OutputStream out;

  /** Ends this side's direction. */
  @FunctionalInterface
  private interface Ending {
    void end() throws IOException;
  }

  private Upgraded(AutoCloseable connection, Ending ending, InputStream in, OutputStream out) {
    this.connection = connection;
    this.ending = ending;
    this.in = in;
    this.out = out;
  }

  /** Sends the request and reads the head of the answer. */
  static Upgraded post(String what, DockerSettings settings, String path, @Nullable JsonNode body)
      throws IOException {
    Upgraded connection = connect(settings);
    try {
      connection.ask(what, settings.host(), path, body);
      return connection;
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static Upgraded connect(DockerSettings settings) throws IOException {
    URI host = settings.host();
    if ("unix".equals(host.getScheme())) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(host.getPath()));
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      return new Upgraded(
          channel,
          channel::shutdownOutput,
          Channels.newInputStream(channel),
          Channels.newOutputStream(channel));
    }
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(host.getHost(), host.getPort()), CONNECT_MILLIS);
      Socket secured = settings.tls() == null ? socket : secured(settings.tls(), socket, host);
      return new Upgraded(
          secured, secured::shutdownOutput, secured.getInputStream(), secured.getOutputStream());
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static Socket secured(DockerSettings.TlsFiles tls, Socket socket, URI host)
      throws IOException {
    SSLSocket secured =
        (SSLSocket)
            TlsContext.of(tls)
                .getSSLContext()
                .getSocketFactory()
                .createSocket(socket, host.getHost(), host.getPort(), true);
    var parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  private void ask(String what, URI host, String path, @Nullable JsonNode body) throws IOException {
    // Where the engine expects no body, what is sent as one would be a container's first input.
    byte[] content = body == null ? new byte[0] : Json.mapper().writeValueAsBytes(body);
    String name = host.getHost() == null ? "docker" : host.getHost();
    String head =
        "POST %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
                .formatted(path, name)
            + "Content-Type: application/json\r\nContent-Length: "
            + content.length
            + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(content);
    out.flush();
    String answer = head();
    Matcher status = STATUS.matcher(answer);
    int code = status.lookingAt() ? Integer.parseInt(status.group(1)) : 0;
    if (code != 101 && code != 200) {
      throw Failures.ofStatus(what, code, Failures.message(text(answer)));
    }
  }

  /** To the empty line; what follows it is not touched. */
  private String head() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int state = 0;
    while (state < 4) {
      int next = in.read();
      if (next < 0 || head.size() > LONGEST_HEAD) {
        throw new EOFException("the engine's answer was cut off");
      }
      head.write(next);
      boolean fits = next == (state % 2 == 0 ? '\r' : '\n');
      state = fits ? state + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private String text(String head) throws IOException {
    Matcher length = LENGTH.matcher(head.toLowerCase(Locale.ROOT));
    int bytes = length.find() ? Integer.parseInt(length.group(1)) : LONGEST_HEAD;
    return new String(in.readNBytes(Math.min(bytes, LONGEST_HEAD)), StandardCharsets.UTF_8);
  }

  InputStream in() {
    return in;
  }

  OutputStream out() {
    return out;
  }

  /** There is no more to send; what comes is still read. */
  void endOutput() throws IOException {
    ending.end();
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
