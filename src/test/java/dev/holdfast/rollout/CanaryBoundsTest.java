package dev.holdfast.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.CanaryMetric;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CanaryBoundsTest {
  private static final OptionalDouble UNKNOWN = OptionalDouble.empty();

  private static CanaryMetric metric(@Nullable String maxRatio) {
    return new CanaryMetric("http://prometheus:9090", "errors", null, null, maxRatio);
  }

  private static boolean breaches(
      @Nullable String ratio, OptionalDouble fresh, OptionalDouble old) {
    return CanaryBounds.breach(metric(ratio), fresh, old).isPresent();
  }

  private static OptionalDouble of(double value) {
    return OptionalDouble.of(value);
  }

  @Test
  void theNewMayBeWorseByTheRatioAndNoMore() {
    assertThat(breaches("1.5", of(3), of(2))).isFalse();
    assertThat(breaches("1.5", of(3.01), of(2))).isTrue();
    assertThat(breaches("1", of(2), of(2))).isFalse();
    assertThat(breaches("0.5", of(1.1), of(2))).isTrue();
  }

  @Test
  void againstNothingAnythingIsMore() {
    assertThat(breaches("10", of(0.001), of(0))).isTrue();
    assertThat(breaches("10", of(0), of(0))).isFalse();
  }

  @Test
  void whatIsNotKnownIsNotCompared() {
    assertThat(breaches("1.5", UNKNOWN, of(2))).isFalse();
    assertThat(breaches("1.5", of(2), UNKNOWN)).isFalse();
    assertThat(breaches(null, of(100), of(1))).isFalse();
  }

  @Test
  void saysTheQueryBothValuesAndTheBound() {
    assertThat(CanaryBounds.breach(metric("1.5"), of(9), of(2)))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .contains("errors", "9.0 for the new", "2.0 for the old", "1.5 times"));
  }
}
