package dev.holdfast.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * Reads and writes a unix socket with a limit on each wait: the JDK gives a blocking unix socket no
 * read timeout, so it is not blocking and a selector waits.
 */
final class SocketStream extends InputStream {
  private final SocketChannel channel;
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024).flip();
  private Duration patience;

  SocketStream(SocketChannel channel, Duration patience) throws IOException {
    this.channel = channel;
    this.patience = patience;
    channel.configureBlocking(false);
    this.selector = Selector.open();
    channel.register(selector, SelectionKey.OP_READ);
  }

  /** How long the next byte may take. */
  void patience(Duration limit) {
    patience = limit;
  }

  void write(byte[] bytes) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      if (channel.write(rest) == 0) {
        await(SelectionKey.OP_WRITE);
      }
    }
  }

  @Override
  public int read() throws IOException {
    return fill() ? buffer.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(target, offset, count);
    return count;
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }

  /**
   * From here on reads wait for ever, and another thread may write to the channel: what has come
   * already, and then the channel itself.
   */
  InputStream blocking() throws IOException {
    byte[] come = new byte[buffer.remaining()];
    buffer.get(come);
    selector.close();
    channel.configureBlocking(true);
    return new SequenceInputStream(
        new ByteArrayInputStream(come), Channels.newInputStream(channel));
  }

  private boolean fill() throws IOException {
    while (!buffer.hasRemaining()) {
      buffer.clear();
      int count = channel.read(buffer);
      buffer.flip();
      if (count < 0) {
        return false;
      }
      if (count == 0) {
        await(SelectionKey.OP_READ);
      }
    }
    return true;
  }

  private void await(int operation) throws IOException {
    channel.keyFor(selector).interestOps(operation);
    selector.selectedKeys().clear();
    if (selector.select(patience.toMillis()) == 0) {
      throw new SocketTimeoutException("nothing came for " + patience.toSeconds() + " s");
    }
  }
}
