package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What somebody sees who mistypes, and lines as long as a terminal is wide. */
class UsageTest {
  @Test
  void aWrongWordIsSaidInALineOrTwoAndNotUnderThePageOfHelp() {
    Command.Result result = Command.run("statsu");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("holdfast: Unmatched argument at index 0: 'statsu'\n")
        .contains("Did you mean", "status")
        .endsWith("`holdfast --help` says what there is\n");
    assertThat(result.err().lines()).hasSizeLessThan(5);
  }

  @Test
  void aWrongOptionPointsAtTheCommandsOwnHelp() {
    Command.Result result = Command.run("history", "--lmit", "3");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("holdfast: Unknown option")
        .endsWith("`holdfast history --help` says what there is\n");
  }

  @Test
  void noWordAtAllIsAnsweredWithTheHelp() {
    Command.Result result = Command.run();
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).startsWith("Usage: holdfast ").contains("status", "--version");
  }

  @Test
  void theVersionIsTold() {
    assertThat(Command.run("--version").out()).startsWith("holdfast ");
    assertThat(Command.run("-V").code()).isZero();
  }

  @Test
  void aLongLineIsBrokenBetweenWordsForAPersonAlone() {
    String line = "  ! one two three " + "x".repeat(30) + " four";
    assertThat(Text.wrap(line, 20, 6))
        .containsExactly("  ! one two three", "      " + "x".repeat(30), "      four");
    assertThat(Text.wrap("short", 20, 6)).containsExactly("short");
    assertThat(Text.wrap("exactly twenty chars", 20, 6)).containsExactly("exactly twenty chars");
    assertThat(terminal(true).broken("word ".repeat(20).strip(), 2))
        .hasSizeGreaterThan(1)
        .allSatisfy(part -> assertThat(part.length()).isLessThanOrEqualTo(80));
    assertThat(terminal(false).broken("word ".repeat(20), 2)).hasSize(1);
  }

  @Test
  void aTerminalIsAsWideAsItIsNow() {
    assertThat(terminal(true).of(132).width()).isEqualTo(132);
    assertThat(terminal(true).of(0).width()).isEqualTo(80);
    assertThat(terminal(true).of(3).width()).isEqualTo(40);
  }

  private static Terminal terminal(boolean interactive) {
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new Terminal(out, out, interactive, false, 80);
  }
}
