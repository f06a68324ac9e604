package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PullBarsTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private PullBars bars(boolean interactive) {
    PrintStream stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return new PullBars(new Terminal(stream, stream, interactive, false, 80));
  }

  private String printed() {
    String text = printed.toString(StandardCharsets.UTF_8);
    printed.reset();
    return text;
  }

  private static JsonNode pulls(String image, long current, long total) throws IOException {
    String json =
        "[{\"app\":\"shop\",\"image\":\"%s\",\"current\":%d,\"total\":%d}]"
            .formatted(image, current, total);
    return JsonText.read(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void onATerminalABarIsDrawnOverTheLastOne() throws IOException {
    PullBars bars = bars(true);
    bars.show(pulls("acme/api:2", 0, 0));
    assertThat(printed()).isEqualTo("  acme/api:2 [....................] 0% begins\n");
    bars.show(pulls("acme/api:2", 15 << 20, 30 << 20));
    assertThat(printed())
        .isEqualTo("\u001b[1A\r\u001b[J  acme/api:2 [##########..........] 50% 15.0 of 30.0 MiB\n");
    bars.clear();
    assertThat(printed()).isEqualTo("\u001b[1A\r\u001b[J");
    bars.clear();
    assertThat(printed()).isEmpty();
  }

  @Test
  void aLongNameKeepsTheLineWithinTheTerminal() throws IOException {
    bars(true).show(pulls("registry.example.com/" + "a".repeat(200) + "/api:2", 1 << 20, 1 << 20));
    String line = printed().stripTrailing();
    assertThat(line.length()).isLessThanOrEqualTo(80);
    assertThat(line).contains("/api:2 [####################] 100%");
  }

  @Test
  void whatAnImageIsCalledMovesNoCursor() throws IOException {
    bars(true).show(pulls("a\\u001b[2Jb", 1, 2));
    assertThat(printed()).doesNotContain("\u001b[2J");
  }

  @Test
  void elsewhereItIsSaidOnceAndNothingIsRedrawn() throws IOException {
    PullBars bars = bars(false);
    bars.show(pulls("acme/api:2", 0, 0));
    bars.show(pulls("acme/api:2", 1, 30));
    bars.show(pulls("acme/api:2", 2, 30));
    bars.clear();
    assertThat(printed()).isEqualTo("pulling acme/api:2\n");
  }
}
