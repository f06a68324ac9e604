package dev.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TarCheckTest {
  private static byte[] tar() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] head = new byte[512];
    put(head, 0, "./a");
    put(head, 124, "00000000003\0");
    put(head, 148, "        ");
    long sum = 0;
    for (byte value : head) {
      sum += value & 0xFF;
    }
    put(head, 148, "%06o\0 ".formatted(sum));
    out.writeBytes(head);
    out.writeBytes(Arrays.copyOf("abc".getBytes(StandardCharsets.UTF_8), 512));
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }

  private static void put(byte[] head, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, head, at, bytes.length);
  }

  private static long entries(byte[] bytes) throws IOException {
    return TarCheck.entries(new ByteArrayInputStream(bytes));
  }

  @Test
  void aWholeTarIsReadToItsEnd() throws IOException {
    assertThat(entries(tar())).isEqualTo(1);
  }

  @Test
  void oneThatIsCutOffAnywhereIsNone() {
    byte[] whole = tar();
    for (int length : new int[] {0, 100, 512, 700, 1024, 1500}) {
      assertThatThrownBy(() -> entries(Arrays.copyOf(whole, length)))
          .describedAs("%d bytes", length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cut off after");
    }
  }

  @Test
  void aDamagedHeadIsSeen() {
    byte[] damaged = tar();
    damaged[2] = 'b';
    assertThatThrownBy(() -> entries(damaged)).hasMessageContaining("damaged");
    byte[] text = "-- MariaDB dump".repeat(100).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> entries(text)).isInstanceOf(IOException.class);
  }
}
