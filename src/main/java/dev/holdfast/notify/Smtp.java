package dev.holdfast.notify;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One conversation with a mail server (RFC 5321, STARTTLS of RFC 3207, AUTH of RFC 4954).
 *
 * <ol>
 *   <li>A certificate is always checked, against the host's name too.
 *   <li>What a server said before STARTTLS counts for nothing after it.
 *   <li>Replies are bounded, and a line that goes out cannot hold another.
 * </ol>
 *
 * An own client, because Jakarta Mail costs the daemon some 8 MB for these few lines.
 */
final class Smtp implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int READ_MILLIS = 15_000;
  private static final int LONGEST_LINE = 4_096;
  private static final int MOST_LINES = 100;

  private final SSLSocketFactory tls;
  private final String host;
  private Socket socket;
  private InputStream in;
  private Set<String> offers = Set.of();

  private Smtp(SSLSocketFactory tls, String host, Socket socket) throws IOException {
    this.tls = tls;
    this.host = host;
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /** The server said no; 4xx are for now, 5xx for good. */
  static final class Refused extends IOException {
    private final int code;

    Refused(String command, int code, String text) {
      super("it answered " + command + " with " + code + " " + Texts.line(text, 160));
      this.code = code;
    }

    boolean isForGood() {
      return code >= 500;
    }
  }

  record Reply(int code, List<String> lines) {
    String text() {
      return lines.isEmpty() ? "" : lines.getLast();
    }
  }

  static Smtp connect(SSLSocketFactory tls, String host, int port, boolean tlsAtOnce)
      throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
      socket.setSoTimeout(READ_MILLIS);
      Smtp smtp = new Smtp(tls, host, socket);
      if (tlsAtOnce) {
        smtp.secure();
      }
      smtp.expect("the connection", 220);
      smtp.hello();
      return smtp;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  boolean isLoopback() {
    InetAddress address = socket.getInetAddress();
    return address != null && address.isLoopbackAddress();
  }

  boolean isSecure() {
    return socket instanceof SSLSocket;
  }

  boolean offersTls() {
    return offers.contains("STARTTLS");
  }

  void startTls() throws IOException {
    command("STARTTLS", "STARTTLS", 220);
    if (in.available() > 0) {
      throw new SSLException("the server spoke between STARTTLS and TLS");
    }
    secure();
    hello();
  }

  private void secure() throws IOException {
    SSLSocket secured = (SSLSocket) tls.createSocket(socket, host, socket.getPort(), true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    socket = secured;
    in = new BufferedInputStream(secured.getInputStream());
  }

  private void hello() throws IOException {
    Reply reply = command("EHLO", "EHLO " + name(), 250);
    Set<String> said = new HashSet<>();
    reply.lines().forEach(line -> said.add(line.strip().toUpperCase(Locale.ROOT)));
    offers = Collections.unmodifiableSet(said);
  }

  /** An address literal: the server's own name may be nobody's in the DNS. */
  private String name() {
    String address = socket.getLocalAddress().getHostAddress();
    int zone = address.indexOf('%');
    String plain = zone < 0 ? address : address.substring(0, zone);
    return plain.indexOf(':') < 0 ? "[" + plain + "]" : "[IPv6:" + plain + "]";
  }

  void login(String username, String password) throws IOException {
    String mechanisms =
        offers.stream().filter(offer -> offer.startsWith("AUTH")).findFirst().orElse("");
    if (mechanisms.contains("PLAIN") || mechanisms.isEmpty()) {
      command("AUTH", "AUTH PLAIN " + base64("\0" + username + "\0" + password), 235);
    } else {
      command("AUTH", "AUTH LOGIN", 334);
      command("AUTH", base64(username), 334);
      command("AUTH", base64(password), 235);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Hands a mail over, to those of the recipients whom the server takes. */
  void send(String from, List<String> to, String mail) throws IOException {
    command("MAIL FROM", "MAIL FROM:<" + from + ">", 250);
    int taken = 0;
    Refused last = null;
    for (String recipient : to) {
      try {
        command("RCPT TO", "RCPT TO:<" + recipient + ">", 250);
        taken++;
      } catch (Refused e) {
        last = e;
      }
    }
    if (taken == 0 && last != null) {
      throw last;
    }
    command("DATA", "DATA", 354);
    write(stuffed(mail) + ".\r\n");
    expect("the mail", 250);
  }

  /** A line that begins with a dot gets another (RFC 5321 §4.5.2). */
  private static String stuffed(String mail) {
    String stuffed = mail.replace("\r\n.", "\r\n..");
    return stuffed.startsWith(".") ? "." + stuffed : stuffed;
  }

  private Reply command(String name, String line, int wanted) throws IOException {
    if (line.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw new IOException("a command that is not one line of ASCII");
    }
    write(line + "\r\n");
    return expect(name, wanted);
  }

  private void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  private Reply expect(String name, int wanted) throws IOException {
    Reply reply = reply();
    // 251: will be forwarded, which is as good.
    if (reply.code() != wanted && !(wanted == 250 && reply.code() == 251)) {
      throw new Refused(name, reply.code(), reply.text());
    }
    return reply;
  }

  private Reply reply() throws IOException {
    List<String> lines = new ArrayList<>();
    while (lines.size() < MOST_LINES) {
      String line = line();
      if (!line.matches("[2-5][0-9]{2}(?:[ -].*)?")) {
        throw new IOException("the answer is not SMTP");
      }
      lines.add(line.length() > 4 ? line.substring(4) : "");
      if (line.length() == 3 || line.charAt(3) == ' ') {
        return new Reply(Integer.parseInt(line.substring(0, 3)), lines);
      }
    }
    throw new IOException("the answer does not end");
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server hung up");
      }
      if (line.length() == LONGEST_LINE) {
        throw new IOException("the answer is too long");
      }
      if (c != '\r') {
        line.append(c >= ' ' && c < 127 ? (char) c : '?');
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try (Socket closing = socket) {
      closing.getOutputStream().write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // The mail is taken or not; how the conversation ends changes neither.
      return;
    }
  }
}
