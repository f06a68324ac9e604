package dev.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.reconcile.ShellWish;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes over a shell's connection is cut into frames however it comes, and is bounded. */
class ShellFramesTest {
  private final ShellFrames frames = new ShellFrames();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private List<String> cut() {
    List<String> all = new ArrayList<>();
    for (ShellFrames.Frame frame = frames.next(); frame != null; frame = frames.next()) {
      all.add(frame.kind() + new String(frame.content(), StandardCharsets.UTF_8));
    }
    return all;
  }

  @Test
  void framesAreTheSameHoweverTheirBytesCome() {
    Buffer all =
        Buffer.buffer()
            .appendBuffer(ShellFrames.frame('I', bytes("ls\n")))
            .appendBuffer(ShellFrames.frame('E', new byte[0]))
            .appendBuffer(ShellFrames.frame('I', bytes("x".repeat(300))));
    List<String> expected = List.of("Ils\n", "E", "I" + "x".repeat(300));
    frames.add(all);
    assertThat(cut()).isEqualTo(expected);
    for (int size : new int[] {1, 4, 7, 100}) {
      List<String> came = new ArrayList<>();
      for (int i = 0; i < all.length(); i += size) {
        frames.add(all.getBuffer(i, Math.min(all.length(), i + size)));
        came.addAll(cut());
      }
      assertThat(came).as("%d at a time", size).isEqualTo(expected);
    }
  }

  @Test
  void theLongestFrameIsTakenAndNoLongerOne() {
    frames.add(ShellFrames.frame('I', new byte[64 * 1024]));
    assertThat(cut()).hasSize(1);
    frames.add(Buffer.buffer().appendByte((byte) 'I').appendInt(64 * 1024 + 1));
    assertThatThrownBy(frames::next).isInstanceOf(ProblemException.class);
    frames.drop();
    assertThat(frames.next()).isNull();
    // As an unsigned number: it is no frame of a negative length.
    frames.add(Buffer.buffer().appendByte((byte) 'I').appendInt(-1));
    assertThatThrownBy(frames::next).isInstanceOf(ProblemException.class);
  }

  @Test
  void manySmallOnesTakeNoLongerThanTheyAreMany() {
    int many = 200_000;
    Buffer all = Buffer.buffer(many * 6);
    for (int i = 0; i < many; i++) {
      all.appendBuffer(ShellFrames.frame('I', new byte[] {'k'}));
    }
    frames.add(all);
    long began = System.nanoTime();
    int cut = 0;
    while (frames.next() != null) {
      cut++;
    }
    assertThat(cut).isEqualTo(many);
    assertThat((System.nanoTime() - began) / 1_000_000).as("ms").isLessThan(5_000);
  }

  private static ShellWish wish(String json) {
    return ShellFrames.wish(bytes(json.replace('\'', '"')));
  }

  @Test
  void aWishSaysWhatIsWantedAndTheRestIsAsEver() {
    assertThat(wish("{'service':'api'}"))
        .isEqualTo(new ShellWish("api", null, List.of(), false, 0, 0, false));
    assertThat(
            wish(
                "{'service':'api','release':'0123456789ab','command':['ls','-l'],'terminal':true,"
                    + "'rows':99999,'columns':-3,'migration':true}"))
        .isEqualTo(
            new ShellWish("api", "0123456789ab", List.of("ls", "-l"), true, 10_000, 0, true));
    String words = String.join(",", Collections.nCopies(1000, "'w'"));
    assertThat(wish("{'service':'api','command':[" + words + "]}").command()).hasSize(1000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "'api'",
        "{'service':'api'",
        "{}",
        "{'service':''}",
        "{'service':'a/b'}",
        "{'service':'a b'}",
        "{'service':'api','privileged':true}",
        "{'service':'api','release':'../../etc'}",
        "{'service':'api','release':'latest'}",
        "{'service':'api','command':[1]}",
        "{'service':'api','command':['a\\u0000b']}",
        "{'service':'api','command':[['a']]}",
      })
  void whatIsNoWishIsRefused(String json) {
    assertThatThrownBy(() -> wish(json)).isInstanceOf(ProblemException.class);
  }

  @Test
  void aCommandHasAThousandWordsAtTheMost() {
    String words = String.join(",", Collections.nCopies(1001, "'w'"));
    assertThatThrownBy(() -> wish("{'service':'api','command':[" + words + "]}"))
        .isInstanceOf(ProblemException.class);
  }
}
