package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a tool says that nobody listens to as it speaks: the newest of it, within bounds. */
class ListenerTest {
  private final Listener listener = new Listener();

  private static void print(OutputStream to, String text) throws IOException {
    to.write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void bothStreamsAreHeardInTheirOrderAndALineWithoutAnEndToo() throws IOException {
    assertThat(listener.input().read()).as("nobody types").isNegative();
    print(listener.output(), "1 to apply\r\n");
    print(listener.errors(), "a warning\n");
    print(listener.output(), "20261121_add");
    print(listener.output(), "_ü");
    assertThat(listener.lines()).containsExactly("1 to apply", "a warning", "20261121_add_ü");
    assertThat(listener.cut()).isFalse();
  }

  @Test
  void ofMuchTheNewestIsKeptAndThatMoreWasSaidIsKnown() throws IOException {
    for (int i = 0; i < 100_000; i++) {
      print(listener.output(), "line " + i + "\n");
    }
    List<String> lines = listener.lines();
    assertThat(lines).hasSize(200);
    assertThat(lines.getLast()).isEqualTo("line 99999");
    assertThat(listener.cut()).isTrue();
  }

  @Test
  void aLineWithoutEndComesInPieces() throws IOException {
    print(listener.output(), "x".repeat(1 << 20));
    List<String> lines = listener.lines();
    assertThat(lines).hasSize(200);
    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(4096));
  }
}
