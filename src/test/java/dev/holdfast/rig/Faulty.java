package dev.holdfast.rig;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** The way back to the client, as slow or as short as the fault says. */
final class Faulty extends FilterOutputStream {
  private final ProxyConnection connection;
  private final SocketFault fault;
  private int passed;

  private Faulty(ProxyConnection connection, OutputStream out, SocketFault fault) {
    super(out);
    this.connection = connection;
    this.fault = fault;
  }

  static OutputStream over(
      ProxyConnection connection, OutputStream out, @Nullable SocketFault fault) {
    return switch (fault) {
      case SocketFault.HangAfterBytes hang -> new Faulty(connection, out, hang);
      case SocketFault.CutAfterBytes cut -> new Faulty(connection, out, cut);
      case SocketFault.HalfCloseAfterBytes half -> new Faulty(connection, out, half);
      case SocketFault.Drip drip -> new Faulty(connection, out, drip);
      case null, default -> out;
    };
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int i = 0; i < length; i++) {
      write(bytes[offset + i]);
    }
  }

  @Override
  public void write(int value) throws IOException {
    switch (fault) {
      case SocketFault.HangAfterBytes hang when passed >= hang.bytes() -> {
        return;
      }
      case SocketFault.CutAfterBytes cut when passed >= cut.bytes() -> {
        connection.close();
        throw new IOException("cut as scripted");
      }
      case SocketFault.HalfCloseAfterBytes half when passed >= half.bytes() -> {
        connection.endAnswers();
        return;
      }
      case SocketFault.Drip drip -> pause(drip);
      default -> {
        // Passed on.
      }
    }
    out.write(value);
    passed++;
  }

  private static void pause(SocketFault.Drip drip) throws IOException {
    try {
      Thread.sleep(drip.each());
    } catch (InterruptedException e) {
      throw new InterruptedIOException("closed while dripping");
    }
  }
}
