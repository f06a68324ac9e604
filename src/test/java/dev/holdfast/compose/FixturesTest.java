package dev.holdfast.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Apps as people really write them, each with all that becomes of it. */
class FixturesTest {
  private static Stream<Fixture> all() {
    return Fixture.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void becomesWhatItSays(Fixture fixture) {
    assertThat(fixture.actual()).as(fixture.name()).isEqualTo(fixture.expected());
  }

  @Test
  void areAllFound() {
    assertThat(all()).hasSizeGreaterThanOrEqualTo(40);
  }
}
