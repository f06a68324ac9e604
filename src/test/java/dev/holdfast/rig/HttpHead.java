package dev.holdfast.rig;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The head of an HTTP/1.1 message, and how long the body after it is. */
record HttpHead(String firstLine, Map<String, String> headers, byte[] bytes) {
  private static final int LONGEST = 256 * 1024;

  /** The next head, or null at the end of the connection. */
  static @Nullable HttpHead read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int last4 = 0;
    while (last4 != 0x0D0A0D0A) {
      int next = in.read();
      if (next < 0) {
        if (bytes.size() == 0) {
          return null;
        }
        throw new EOFException("a head was cut off");
      }
      bytes.write(next);
      last4 = last4 << 8 | next;
      if (bytes.size() > LONGEST) {
        throw new IOException("a head without an end");
      }
    }
    return parse(bytes.toByteArray());
  }

  private static HttpHead parse(byte[] bytes) {
    String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\r\n");
    Map<String, String> headers = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0) {
        headers.put(
            lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
            lines[i].substring(colon + 1).strip());
      }
    }
    return new HttpHead(lines[0], headers, bytes);
  }

  /** Of a request: {@code POST /v1.41/containers/create?name=x}. */
  String request() {
    return firstLine.substring(0, firstLine.lastIndexOf(' '));
  }

  /** Of an answer. */
  int status() {
    return Integer.parseInt(firstLine.split(" ", 3)[1]);
  }

  boolean isUpgrade() {
    return headers.containsKey("upgrade");
  }

  boolean isChunked() {
    return headers
        .getOrDefault("transfer-encoding", "")
        .toLowerCase(Locale.ROOT)
        .contains("chunked");
  }

  /**
   * Copies the body after this head, each piece as it comes; {@code untilClose}: what an answer
   * without a length means.
   */
  void copyBody(InputStream from, OutputStream to, boolean untilClose) throws IOException {
    if (isChunked()) {
      copyChunks(from, to);
    } else if (headers.containsKey("content-length")) {
      copy(from, to, Long.parseLong(headers.get("content-length")));
    } else if (untilClose) {
      pump(from, to);
    }
  }

  static void pump(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[8192];
    for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
      to.write(buffer, 0, read);
      to.flush();
    }
  }

  private static void copyChunks(InputStream from, OutputStream to) throws IOException {
    long size;
    do {
      String line = line(from, to);
      size = Long.parseLong(line.split(";", 2)[0].strip(), 16);
      copy(from, to, size);
      line(from, to);
    } while (size > 0);
  }

  private static String line(InputStream from, OutputStream to) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = from.read(); next != '\n'; next = from.read()) {
      if (next < 0) {
        throw new EOFException("a chunk was cut off");
      }
      line.append((char) next);
    }
    to.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
    to.flush();
    return line.toString();
  }

  private static void copy(InputStream from, OutputStream to, long length) throws IOException {
    byte[] buffer = new byte[8192];
    long left = length;
    while (left > 0) {
      int read = from.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new EOFException("a body was cut off");
      }
      to.write(buffer, 0, read);
      to.flush();
      left -= read;
    }
  }
}
