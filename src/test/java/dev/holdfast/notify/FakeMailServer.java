package dev.holdfast.notify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A mail server that keeps conversations and mails, with and without TLS. */
final class FakeMailServer implements AutoCloseable {
  private final ServerSocket listening;
  private final @Nullable SSLContext tls;
  final List<String> lines = new CopyOnWriteArrayList<>();
  final List<String> mails = new CopyOnWriteArrayList<>();
  volatile boolean tlsAtOnce;
  volatile boolean offersTls;
  volatile String auth = "PLAIN LOGIN";
  volatile Set<String> refused = Set.of();
  volatile String onData = "250 taken";
  volatile String afterStartTls = "";
  volatile boolean hangs;

  FakeMailServer(@Nullable SSLContext tls) throws IOException {
    this.tls = tls;
    listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::listen);
  }

  int port() {
    return listening.getLocalPort();
  }

  private void listen() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        Thread.ofVirtual().start(() -> converse(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private SSLSocket secured(Socket socket) throws IOException {
    SSLSocket secured =
        (SSLSocket)
            java.util.Objects.requireNonNull(tls)
                .getSocketFactory()
                .createSocket(socket, "localhost", socket.getPort(), true);
    secured.setUseClientMode(false);
    secured.startHandshake();
    return secured;
  }

  private void converse(Socket accepted) {
    try (Socket first = accepted) {
      Socket socket = tlsAtOnce ? secured(first) : first;
      BufferedReader in = reader(socket);
      while (hangs) {
        Thread.sleep(10);
      }
      say(socket, "220-hello\r\n220 mail.test");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add((socket instanceof SSLSocket ? "tls " : "") + line);
        if (line.startsWith("EHLO")) {
          say(
              socket,
              "250-mail.test\r\n250-AUTH "
                  + auth
                  + (offersTls && !(socket instanceof SSLSocket) ? "\r\n250-STARTTLS" : "")
                  + "\r\n250 SIZE 1000000");
        } else if (line.equals("STARTTLS")) {
          say(socket, "220 go" + afterStartTls);
          socket = secured(socket);
          in = reader(socket);
        } else if (line.startsWith("AUTH LOGIN")) {
          say(socket, "334 VXNlcm5hbWU6");
          lines.add("user " + in.readLine());
          say(socket, "334 UGFzc3dvcmQ6");
          lines.add("password " + in.readLine());
          say(socket, "235 welcome");
        } else if (line.startsWith("AUTH")) {
          say(socket, "235 welcome");
        } else if (line.startsWith("RCPT") && refused.stream().anyMatch(line::contains)) {
          say(socket, "550 no such user");
        } else if (line.equals("DATA")) {
          say(socket, "354 go on");
          mails.add(mail(in));
          say(socket, onData);
        } else if (line.equals("QUIT")) {
          return;
        } else {
          say(socket, "250 ok");
        }
      }
    } catch (IOException e) {
      lines.add("broken: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String mail(BufferedReader in) throws IOException {
    List<String> mail = new ArrayList<>();
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      mail.add(line.startsWith("..") ? line.substring(1) : line);
    }
    return String.join("\r\n", mail);
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    hangs = false;
    listening.close();
  }
}
