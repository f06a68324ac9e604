package dev.holdfast.compose;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The text of a file of the source, strictly: what is not UTF-8 is told with its place and never
 * guessed.
 */
final class Utf8 {
  static final int MAX_BYTES = 1 << 20;

  private Utf8() {}

  /** Without a byte order mark; null, with a problem, where it is too large or not UTF-8. */
  static @Nullable String text(String file, byte[] bytes, Problems problems) {
    if (bytes.length > MAX_BYTES) {
      problems.error(
          Place.whole(file), "is larger than 1 MiB, which no such file should be; make it smaller");
      return null;
    }
    CharBuffer out = CharBuffer.allocate(bytes.length);
    boolean wrong =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(ByteBuffer.wrap(bytes), out, true)
            .isError();
    String text = out.flip().toString();
    if (wrong) {
      int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
      problems.error(
          new Place(file, line, text.length() - text.lastIndexOf('\n')),
          "is not UTF-8 text from here on; save the file as UTF-8");
      return null;
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
