package dev.holdfast.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnseenTest {
  /** {@code ^} stands for the escape character. */
  @ParameterizedTest
  @CsvSource({
    "'^[31m', 5",
    "'^[m', 3",
    "'^[@', 3",
    "'^[~', 3",
    "'^[ q', 4",
    "'^[?25l', 6",
    "'^[1;2Hx', 6",
    "'^[', 0",
    "'^', 0",
    "'^]0;title', 0",
    "'^[31', 0",
    "'^[?', 0",
    "'^[31ü', 0",
    "'[31m', 0"
  })
  void aSequenceOfATerminalIsTakenWhole(String text, int length) {
    String real = text.replace('^', '\u001b');
    assertThat(Unseen.sequence(real, 0)).isEqualTo(length);
    assertThat(Unseen.sequence("ab" + real, 2)).isEqualTo(length);
  }

  @Test
  void whatIsNoFinalByteEndsNone() {
    assertThat(Unseen.sequence("\u001b[1\u007f", 0)).isZero();
    assertThat(Unseen.sequence("\u001b[1\u001f", 0)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0x0, 0x1b, 0x7f, 0x85, 0xad, 0x200b, 0x202e, 0x2028, 0x2029, 0xd800, 0xe000})
  void whatNobodySeesIsKnown(int codePoint) {
    assertThat(Unseen.is(codePoint)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {' ', 'a', 0xe4, 0x4e2d, 0x1f600})
  void whatIsSeenStays(int codePoint) {
    assertThat(Unseen.is(codePoint)).isFalse();
  }
}
