import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Takes the time out of a cache of classes, so that the same commit gives the same bytes.
 *
 * <p>Two dumps of one list differ in when the archived soft references were last used, in
 * milliseconds since the machine's start, and in the checksums over that, which stand in the header
 * and are only looked at with -XX:+VerifySharedSpaces. So: what differs in the header becomes zero,
 * and what differs elsewhere becomes zero where it can be such a time in both. Any other difference
 * is said, with exit code 1.
 *
 * <p>Arguments: two dumps, the older one first, and the file to write.
 */
void main(String... arguments) {
  try {
    Path file = Path.of(arguments[2]);
    ByteBuffer one = read(Path.of(arguments[0]));
    ByteBuffer two = read(Path.of(arguments[1]));
    if (one.limit() != two.limit()) {
      fail("two dumps have different sizes");
    }
    int header = 1024;
    for (int at = 0; at < header; at += 4) {
      if (one.getInt(at) != two.getInt(at)) {
        one.putInt(at, 0);
      }
    }
    long now = System.nanoTime() / 1_000_000;
    int times = 0;
    for (int at = header; at + 8 <= one.limit(); at += 8) {
      long first = one.getLong(at);
      long second = two.getLong(at);
      if (first != second) {
        boolean time = first < second && second <= now && first > now - 1_800_000;
        if (!time) {
          fail("two dumps differ at " + at + ": " + first + " and " + second);
        }
        one.putLong(at, 0);
        times++;
      }
    }
    Files.write(file, one.array());
    IO.println(file.getFileName() + ": " + times + " times taken out");
  } catch (IOException e) {
    throw new UncheckedIOException(e);
  }
}

ByteBuffer read(Path file) throws IOException {
  return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
}

void fail(String reason) {
  System.err.println("once more, because " + reason);
  System.exit(1);
}
