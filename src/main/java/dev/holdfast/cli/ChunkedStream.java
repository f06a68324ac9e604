package dev.holdfast.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A body in chunks (RFC 9112 §7.1). One that ends before its last chunk is an error, not an end.
 */
final class ChunkedStream extends InputStream {
  private final InputStream in;
  private long left;
  private boolean begun;
  private boolean ended;

  ChunkedStream(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0 && !nextChunk()) {
      return -1;
    }
    int count = in.read(target, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw new EOFException("the agent broke off its answer");
    }
    left -= count;
    return count;
  }

  private boolean nextChunk() throws IOException {
    if (ended) {
      return false;
    }
    if (begun) {
      HttpLines.read(in);
    }
    begun = true;
    String size = HttpLines.read(in).split(";", 2)[0].strip();
    try {
      left = Long.parseLong(size, 16);
    } catch (NumberFormatException e) {
      throw new IOException("the agent's answer has a chunk of no size", e);
    }
    ended = left == 0;
    return !ended;
  }
}
