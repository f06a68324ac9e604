package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a terminal gets: frames one over the other, and everything back at the end. */
class ScreenTest {
  private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
  private static final String LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String written() {
    String text = bytes.toString(StandardCharsets.UTF_8);
    bytes.reset();
    return text;
  }

  @Test
  void aFrameIsWrittenOverTheOneBeforeAndNothingIsWipedFirst() {
    try (Screen screen = Screen.enter(out)) {
      assertThat(written()).isEqualTo(ENTER);
      screen.show(List.of("one", "two"), 0);
      assertThat(written()).isEqualTo("\u001b[Hone\u001b[K\r\ntwo\u001b[K\u001b[J");
      screen.show(List.of("one"), 24);
      assertThat(written()).isEqualTo("\u001b[Hone\u001b[K\u001b[J");
    }
  }

  @Test
  void whatHasNoRoomIsSaidAndNotScrolled() {
    try (Screen screen = Screen.enter(out)) {
      screen.show(List.of("1", "2", "3"), 3);
      assertThat(written()).contains("1").contains("3").doesNotContain("room");
      screen.show(List.of("1", "2", "3", "4"), 3);
      assertThat(written())
          .contains("1\u001b[K\r\n2\u001b[K\r\n… and 2 lines for which there is no room")
          .doesNotContain("3\u001b");
    }
  }

  @Test
  void theEndGivesBackTheTerminalOnceAndLeavesTheLastFrame() {
    Screen screen = Screen.enter(out);
    screen.show(List.of("one", "two"), 0);
    written();
    screen.close();
    assertThat(written()).isEqualTo(LEAVE + "one\ntwo\n");
    screen.close();
    screen.show(List.of("late"), 0);
    screen.again();
    assertThat(written()).isEmpty();
  }
}
