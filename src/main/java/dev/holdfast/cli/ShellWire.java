package dev.holdfast.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The person's end of a shell's connection: frames of a letter, four bytes of length and the
 * content. One thread reads, any may write.
 */
final class ShellWire implements Closeable {
  static final String PROTOCOL = "holdfast-shell";
  private static final int HEAD = 5;
  private static final int LONGEST = 1 << 20;
  private final SocketChannel channel;
  private final InputStream in;

  /**
   * @param in what comes over the channel, which blocks
   */
  ShellWire(SocketChannel channel, InputStream in) {
    this.channel = channel;
    this.in = in;
  }

  /** Two of them are never compared. */
  @SuppressWarnings("ArrayRecordComponent")
  record Frame(char kind, byte[] content) {}

  record Wish(
      String service,
      @Nullable String release,
      List<String> command,
      boolean terminal,
      ControllingTerminal.Size size,
      boolean migration) {}

  static String wish(Wish wish) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("service", wish.service()).put("release", wish.release());
    ArrayNode command = json.putArray("command");
    wish.command().forEach(command::add);
    return json.put("terminal", wish.terminal())
        .put("rows", wish.size().rows())
        .put("columns", wish.size().columns())
        .put("migration", wish.migration())
        .toString();
  }

  Frame read() throws IOException {
    byte[] head = in.readNBytes(HEAD);
    if (head.length < HEAD) {
      throw new CliException(
          CliException.NO_AGENT,
          "the agent went away, and the shell with it: journalctl -u holdfast");
    }
    int length = ByteBuffer.wrap(head, 1, 4).getInt();
    if (length < 0 || length > LONGEST) {
      throw new IOException("what answers speaks another language");
    }
    byte[] content = in.readNBytes(length);
    if (content.length < length) {
      throw new EOFException("the agent broke off");
    }
    return new Frame((char) head[0], content);
  }

  synchronized void write(char kind, byte[] content) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(HEAD + content.length);
    frame.put((byte) kind).putInt(content.length).put(content).flip();
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
  }

  void open(String wish) throws IOException {
    write('O', wish.getBytes(StandardCharsets.UTF_8));
  }

  void endInput() {
    quietly('E', new byte[0]);
  }

  void resize(ControllingTerminal.Size size) {
    if (size.rows() > 0) {
      ByteBuffer content = ByteBuffer.allocate(4);
      content.putShort((short) size.rows()).putShort((short) size.columns());
      quietly('R', content.array());
    }
  }

  /** A connection that broke is told of by whoever reads it. */
  private void quietly(char kind, byte[] content) {
    try {
      write(kind, content);
    } catch (IOException e) {
      return;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
