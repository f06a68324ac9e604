package dev.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RedactorTest {
  private final Redactor redactor = new Redactor();

  @Test
  void everyOccurrenceOfASecretIsHidden() {
    redactor.register("hunter2-x");

    assertThat(redactor.redact("a hunter2-x, hunter2-xhunter2-x")).isEqualTo("a ***, ******");
    assertThat(redactor.redact("nothing here")).isEqualTo("nothing here");
  }

  @Test
  void aSecretThatHoldsAnotherLeavesNothingOfItself() {
    redactor.register("secret");
    redactor.register("secret-and-more");

    assertThat(redactor.redact("secret-and-more secret")).isEqualTo("*** ***");
  }

  @Test
  void aValueTooShortToBeToldFromWordsIsNotHidden() {
    redactor.register("true!");

    assertThat(redactor.redact("it is true!")).isEqualTo("it is true!");
  }

  @Test
  void theFormInAUrlIsHiddenToo() {
    redactor.register("p@ss word/1");

    assertThat(redactor.redact("https://x:p%40ss%20word%2F1@host p@ss word/1"))
        .isEqualTo("https://x:***@host ***");
  }

  @Test
  void eachLineOfAKeyIsHidden() {
    redactor.register("-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----\n");

    assertThat(redactor.redact("got MIIEvQIBADANBg")).isEqualTo("got ***");
  }

  @Test
  void itRemembersABoundedNumberTheLastOnes() {
    IntStream.range(0, Redactor.REMEMBERED + 10)
        .forEach(i -> redactor.register("secret-" + (100_000 + i)));

    assertThat(redactor.redact("secret-100009")).isEqualTo("secret-100009");
    assertThat(redactor.redact("secret-110009 secret-100010")).isEqualTo("*** ***");
  }
}
