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
    assertThat(digests.size()).isPositive();
    Value used = new Value("used");
    digests.of(used, () -> "used");
    for (int i = 0; i < 100 && digests.size() > 10; i++) {
      System.gc();
      Thread.sleep(10);
      digests.of(new Value("one more"), () -> "x");
    }
    assertThat(digests.size()).isBetween(1, 10);
    assertThat(digests.of(used, () -> "anew")).isEqualTo("used");
  }

  /** Of so many values a few share the hash that a JVM gives them. */
  @Test
  void valuesOfTheSameHashAreToldApart() {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < 200_000; i++) {
      values.add(new Value("a" + i));
      digests.of(values.getLast(), values.getLast()::text);
    }
    assertThat(values).allMatch(value -> digests.of(value, () -> "anew").equals(value.text()));
  }

  private static String asked(String digest, List<String> asked) {
    asked.add(digest);
    return digest;
  }
}
