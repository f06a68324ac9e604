package dev.holdfast.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.WatchSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundsTest {
  @ParameterizedTest
  @CsvSource({
    "0.05, , 0.05, true",
    "0.05, , 0.051, false",
    "0.05, , Infinity, false",
    ", 10, 10, true",
    ", 10, 9.9, false",
    "2, 1, 1.5, true",
    "2, 1, 0, false",
    "2, 1, 3, false",
    "1e3, , 999, true"
  })
  void aValueOnTheBoundIsWithinIt(String max, String min, double value, boolean within) {
    WatchSpec.Metric metric = new WatchSpec.Metric("http://127.0.0.1:9090", "q", max, min);

    assertThat(Bounds.breach(metric, "{}", value).isEmpty()).isEqualTo(within);
  }

  @ParameterizedTest
  @CsvSource({
    "'{}', 'the query q gives 3.0, more than 2'",
    "'', 'the query q gives 3.0, more than 2'",
    "'{job=\"web\"}', 'the query q for {job=\"web\"} gives 3.0, more than 2'"
  })
  void saysWhichSeriesIsBeyondWhichBound(String series, String said) {
    WatchSpec.Metric metric = new WatchSpec.Metric("http://127.0.0.1:9090", "q", "2", "1");

    assertThat(Bounds.breach(metric, series, 3)).contains(said);
    assertThat(Bounds.breach(metric, "", 0)).contains("the query q gives 0.0, less than 1");
  }
}
