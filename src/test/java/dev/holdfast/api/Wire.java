package dev.holdfast.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Bytes on a TCP connection, so that a test says exactly what a client sends, wrong headers too.
 */
public final class Wire {
  private static final int PATIENCE_MILLIS = 60_000;

  private Wire() {}

  public record Answer(int status, String head, String body) {
    public JsonNode json() {
      try {
        return new JsonMapper().readTree(body);
      } catch (IOException e) {
        throw new AssertionError("no JSON: " + body, e);
      }
    }

    public String type() {
      return head.lines()
          .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-type:"))
          .findFirst()
          .orElse("")
          .toLowerCase(java.util.Locale.ROOT);
    }
  }

  public static Answer get(int port, String path, String... headers) throws IOException {
    return send(port, "GET " + path, "", headers);
  }

  /**
   * @param request method and path; a Host header for loopback is added where none is given
   */
  public static Answer send(int port, String request, String body, String... headers)
      throws IOException {
    StringBuilder text = new StringBuilder(request).append(" HTTP/1.1\r\nConnection: close\r\n");
    boolean host = false;
    for (String header : headers) {
      text.append(header).append("\r\n");
      host |= header.startsWith("Host:");
    }
    text.append(host ? "" : "Host: 127.0.0.1:" + port + "\r\n");
    text.append("Content-Length: ")
        .append(body.getBytes(StandardCharsets.UTF_8).length)
        .append("\r\n\r\n")
        .append(body);
    return raw(port, text.toString());
  }

  public static Answer raw(int port, String text) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      try (InputStream in = socket.getInputStream()) {
        in.transferTo(all);
      }
      return parse(all.toString(StandardCharsets.UTF_8));
    }
  }

  private static Answer parse(String text) {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new AssertionError("no answer: " + text);
    }
    String head = text.substring(0, end);
    String body = text.substring(end + 4);
    boolean chunked =
        head.toLowerCase(java.util.Locale.ROOT).contains("transfer-encoding: chunked");
    return new Answer(Integer.parseInt(text.split(" ", 3)[1]), head, chunked ? joined(body) : body);
  }

  /** The chunks' contents; their sizes are in bytes. */
  private static String joined(String chunks) {
    byte[] bytes = chunks.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    int at = 0;
    while (at < bytes.length) {
      int end = at;
      while (bytes[end] != '\r') {
        end++;
      }
      String size = new String(bytes, at, end - at, StandardCharsets.US_ASCII);
      int length = Integer.parseInt(size, 16);
      whole.write(bytes, end + 2, length);
      at = end + 2 + length + 2;
      if (length == 0) {
        break;
      }
    }
    return whole.toString(StandardCharsets.UTF_8);
  }
}
