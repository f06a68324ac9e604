package dev.holdfast.backup;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads a tar to its end, so that one that was cut off is found before it is needed. */
public final class TarCheck {
  private static final int BLOCK = 512;
  private static final int SIZE_AT = 124;
  private static final int SIZE_LENGTH = 12;
  private static final int SUM_AT = 148;
  private static final int SUM_LENGTH = 8;

  private TarCheck() {}

  /**
   * @return how many entries there are
   * @throws IOException where it is not a tar, or not all of one
   */
  public static long entries(InputStream tar) throws IOException {
    long entries = 0;
    byte[] head = block(tar, entries);
    while (!isEmpty(head)) {
      check(head, entries);
      entries++;
      long size = size(head);
      skip(tar, (size + BLOCK - 1) / BLOCK * BLOCK, entries);
      head = block(tar, entries);
    }
    return entries;
  }

  private static byte[] block(InputStream tar, long entries) throws IOException {
    byte[] block = tar.readNBytes(BLOCK);
    if (block.length < BLOCK) {
      throw cutOff(entries);
    }
    return block;
  }

  private static void skip(InputStream tar, long bytes, long entries) throws IOException {
    try {
      tar.skipNBytes(bytes);
    } catch (EOFException e) {
      throw cutOff(entries);
    }
  }

  private static EOFException cutOff(long entries) {
    return new EOFException("the tar is cut off after " + entries + " entries");
  }

  private static boolean isEmpty(byte[] block) {
    for (byte value : block) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  private static void check(byte[] head, long entries) throws IOException {
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean ofTheSum = i >= SUM_AT && i < SUM_AT + SUM_LENGTH;
      sum += ofTheSum ? ' ' : head[i] & 0xFF;
    }
    if (sum != octal(head, SUM_AT, SUM_LENGTH)) {
      throw new IOException("the head of entry " + (entries + 1) + " of the tar is damaged");
    }
  }

  /** Octal digits, or with the highest bit set a binary number, for what is larger than 8 GiB. */
  private static long size(byte[] head) throws IOException {
    if ((head[SIZE_AT] & 0x80) == 0) {
      return octal(head, SIZE_AT, SIZE_LENGTH);
    }
    long size = 0;
    for (int i = SIZE_AT + SIZE_LENGTH - 8; i < SIZE_AT + SIZE_LENGTH; i++) {
      size = (size << 8) | (head[i] & 0xFF);
    }
    if (size < 0) {
      throw new IOException("an entry of the tar has a negative size");
    }
    return size;
  }

  private static long octal(byte[] head, int at, int length) throws IOException {
    String digits =
        new String(head, at, length, StandardCharsets.US_ASCII).replace('\0', ' ').strip();
    try {
      return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    } catch (NumberFormatException e) {
      throw new IOException("the tar is damaged: " + e.getMessage(), e);
    }
  }
}
