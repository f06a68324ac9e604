package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.plan.CaseRelease;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObservedContainerTest {
  private static final Release RELEASE = CaseRelease.parse("services: { api: { version: 1 } }");

  private static ContainerBuilder composes() {
    return ContainerBuilder.of("a", "shop", "api");
  }

  @ParameterizedTest
  @CsvSource({"3, 3", "x, 1", "'', 1", "99999999999, 1"})
  void aNumberThatIsNoneIsTheFirst(String label, int number) {
    assertThat(composes().label(Labels.COMPOSE_NUMBER, label).build().number()).isEqualTo(number);
  }

  @Test
  void itSaysWhoseItIsAndOfWhatRelease() {
    ObservedContainer made = ContainerBuilder.of("a", RELEASE, "api").build();
    assertThat(made.release()).isEqualTo(RELEASE.id());
    assertThat(made.isOurs("shop")).isTrue();
    assertThat(made.isOurs("other")).isFalse();
    assertThat(composes().build().release()).isEmpty();
    assertThat(composes().build().isOurs("shop")).isFalse();
  }

  @Test
  void whatSomebodyElseMadeCountsAsMadeFromWhatItIsLike() {
    ObservedContainer found = composes().build();
    ObservedContainer like = found.with(Likeness.same("hash"));
    ObservedContainer unlike = found.with(new Likeness("", List.of("command")));

    assertThat(like.isTakenOver()).isTrue();
    assertThat(like.isOf("shop", "hash")).isTrue();
    assertThat(like.isOf("shop", "other")).isFalse();
    assertThat(like.id()).isEqualTo(found.id());
    assertThat(like.likeness()).isEqualTo(new Likeness("hash", List.of()));
    assertThat(unlike.isTakenOver()).isFalse();
    assertThat(unlike.isOf("shop", "")).isFalse();
    assertThat(found.isTakenOver()).isFalse();
    assertThat(found.isOf("shop", "hash")).isFalse();
  }
}
