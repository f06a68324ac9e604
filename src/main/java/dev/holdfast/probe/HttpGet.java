package dev.holdfast.probe;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One GET over HTTP/1.1 and a connection of its own. The JDK's clients either cost memory, or keep
 * connections, follow proxies of the environment and drop a Host header that a probe sets.
 */
final class HttpGet {
  private static final int LONGEST_BODY = 256 * 1024;
  private static final int LONGEST_HEAD = 64 * 1024;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");

  private HttpGet() {}

  /** The body up to a quarter of a megabyte, as UTF-8. */
  record Answer(int status, String body) {}

  static Answer ask(HttpQuestion question) throws IOException {
    try (Socket plain = Addresses.connect(question)) {
      HttpQuestion.Tls tls = question.tls();
      if (tls == null) {
        return ask(question, plain);
      }
      try (SSLSocket secured = secure(tls, question.port(), plain)) {
        return ask(question, secured);
      }
    }
  }

  private static SSLSocket secure(HttpQuestion.Tls tls, int port, Socket plain) throws IOException {
    SSLSocketFactory factory =
        tls.verified()
            ? (SSLSocketFactory) SSLSocketFactory.getDefault()
            : AnyCertificate.factory();
    SSLSocket secured = (SSLSocket) factory.createSocket(plain, tls.name(), port, true);
    if (tls.verified()) {
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secured.setSSLParameters(parameters);
    }
    secured.startHandshake();
    return secured;
  }

  private static Answer ask(HttpQuestion question, Socket socket) throws IOException {
    socket.getOutputStream().write(request(question).getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    InputStream in = new BufferedInputStream(socket.getInputStream());
    Head head = head(in);
    while (head.status() >= 100 && head.status() < 200) {
      head = head(in);
    }
    return new Answer(head.status(), question.readsBody() ? body(head, in) : "");
  }

  private static String request(HttpQuestion question) throws IOException {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Host", question.authority());
    headers.put("User-Agent", "holdfast-probe");
    headers.put("Accept", "*/*");
    headers.putAll(question.headers());
    headers.put("Connection", "close");
    StringBuilder text =
        new StringBuilder("GET ").append(question.target()).append(" HTTP/1.1\r\n");
    headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    if (headers.entrySet().stream()
        .anyMatch(header -> breaksLine(header.getKey()) || breaksLine(header.getValue()))) {
      throw new ProtocolException("a header of the probe has a line break");
    }
    return text.append("\r\n").toString();
  }

  private static boolean breaksLine(String text) {
    return text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0;
  }

  private record Head(int status, Map<String, String> headers) {}

  private static Head head(InputStream in) throws IOException {
    int[] left = {LONGEST_HEAD};
    String first = line(in, left);
    Matcher matcher = STATUS.matcher(first);
    if (!matcher.matches()) {
      throw new ProtocolException("it did not answer in HTTP");
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return new Head(Integer.parseInt(matcher.group(1)), headers);
  }

  private static String line(InputStream in, int[] left) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("it closed the connection without an answer");
      }
      if (left[0]-- == 0) {
        throw new ProtocolException("its answer has no end of its headers");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  private static String body(Head head, InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (head.headers()
        .getOrDefault("transfer-encoding", "")
        .toLowerCase(Locale.ROOT)
        .contains("chunked")) {
      chunks(in, body);
    } else {
      String length = head.headers().getOrDefault("content-length", "");
      int most =
          length.matches("\\d{1,9}")
              ? Math.min(Integer.parseInt(length), LONGEST_BODY)
              : LONGEST_BODY;
      body.write(in.readNBytes(most));
    }
    return body.toString(StandardCharsets.UTF_8);
  }

  private static void chunks(InputStream in, ByteArrayOutputStream body) throws IOException {
    int[] left = {LONGEST_HEAD};
    for (int size = size(line(in, left));
        size > 0 && body.size() < LONGEST_BODY;
        size = size(line(in, left))) {
      body.write(in.readNBytes(Math.min(size, LONGEST_BODY - body.size())));
      line(in, left);
    }
  }

  private static int size(String line) throws ProtocolException {
    String digits = line.split(";", 2)[0].strip();
    if (!digits.matches("[0-9A-Fa-f]{1,7}")) {
      throw new ProtocolException("its answer is not well chunked");
    }
    return Integer.parseInt(digits, 16);
  }
}
