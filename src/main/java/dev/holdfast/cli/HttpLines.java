package dev.holdfast.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Lines of an HTTP head: ended by CR LF, of a bounded length. */
final class HttpLines {
  private static final int LONGEST = 16 * 1024;

  private HttpLines() {}

  static String read(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the agent broke off its answer");
      }
      if (line.length() >= LONGEST) {
        throw new IOException("a line of the agent's answer is too long");
      }
      line.append((char) c);
    }
    int end = line.length() - 1;
    return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
  }
}
