package dev.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Who types faster than is read waits, however small the pieces are. */
class ShellInputTest {
  private boolean paused;
  private final ShellInput input = new ShellInput(() -> paused = true, () -> paused = false);

  private int typeUntilPaused(byte[] piece) {
    int pieces = 0;
    while (!paused && pieces < 1_000_000) {
      input.add(piece);
      pieces++;
    }
    return pieces;
  }

  @Test
  void whatIsKeptIsBoundedAndIsTakenOnOnceHalfOfItIsRead() throws IOException {
    byte[] piece = new byte[1024];
    assertThat(typeUntilPaused(piece) * 1024L).isBetween(200L << 10, 260L << 10);
    byte[] read = new byte[100 * 1024];
    int count = 0;
    while (count < 100 * 1024) {
      count += input.read(read, 0, read.length - count);
    }
    assertThat(paused).isTrue();
    while (paused) {
      count += input.read(read, 0, 4096);
    }
    assertThat(count).isBetween(120 << 10, 140 << 10);
  }

  @Test
  void singleKeysCountForWhatTheyCostInMemory() throws IOException {
    int keys = typeUntilPaused("k".getBytes(StandardCharsets.US_ASCII));
    assertThat(keys).isBetween(5_000, 10_000);
    input.end();
    assertThat(input.readAllBytes()).hasSize(keys);
    assertThat(paused).isFalse();
  }
}
