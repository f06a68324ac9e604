package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DigestsTest {
  private final Digests digests = new Digests();

  private record Value(String text) {}

  @Test
  void aValueIsDigestedOnce() {
    Value value = new Value("a");
    List<String> asked = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      assertThat(digests.of(value, () -> asked("one", asked))).isEqualTo("one");
    }
    assertThat(asked).containsExactly("one");
  }

  @Test
  void anEqualValueHasItsOwnDigest() {
    Value value = new Value("a");
    Value equal = new Value("a");
    assertThat(digests.of(value, () -> "one")).isEqualTo("one");
    assertThat(digests.of(equal, () -> "two")).isEqualTo("two");
    assertThat(digests.of(value, () -> "three")).isEqualTo("one");
  }

  @Test
  void whatIsNoLongerUsedIsForgotten() throws InterruptedException {
    for (int i = 0; i < 1000; i++) {
      digests.of(new Value("a" + i), () -> "x");
    }
    for (int i = 0; i < 100 && digests.size() > 0; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(digests.size()).isZero();
  }

  private static String asked(String digest, List<String> asked) {
    asked.add(digest);
    return digest;
  }
}
