package dev.holdfast.sim;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A tar of one file, and back to its content. */
public final class Tars {
  private static final int BLOCK = 512;

  private Tars() {}

  public static void write(OutputStream to, String content) {
    write(to, content, true);
  }

  static void write(OutputStream to, String content, boolean whole) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    byte[] head = new byte[BLOCK];
    put(head, 0, "./file");
    put(head, 100, "0000644\0");
    put(head, 124, "%011o\0".formatted(bytes.length));
    put(head, 148, "        ");
    head[156] = '0';
    long sum = 0;
    for (byte value : head) {
      sum += value & 0xFF;
    }
    put(head, 148, "%06o\0 ".formatted(sum));
    try {
      to.write(head);
      to.write(Arrays.copyOf(bytes, (bytes.length + BLOCK - 1) / BLOCK * BLOCK));
      to.write(new byte[whole ? 2 * BLOCK : BLOCK / 2]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(InputStream tar) {
    try {
      byte[] head = tar.readNBytes(BLOCK);
      int size = Integer.parseInt(new String(head, 124, 11, StandardCharsets.US_ASCII), 8);
      return new String(tar.readNBytes(size), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(byte[] head, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, head, at, bytes.length);
  }
}
