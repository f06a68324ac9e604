package dev.holdfast.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionRangeTest {
  private static final List<String> TAGS =
      List.of(
          "latest",
          "main",
          "1",
          "1.4",
          "1.4.0",
          "1.4.2",
          "1.4.10",
          "1.5.0-rc.1",
          "1.5.0-rc.2",
          "2.0.0",
          "v2.1.0",
          "2.1.1-alpine",
          "0.3.1",
          "0.4.0",
          "10.0.0",
          "sha-1234");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "^1.4; 1.4.10",
        "^1.4.3; 1.4.10",
        "~1.4.2; 1.4.10",
        "1.x; 1.4.10",
        "1.4.x; 1.4.10",
        ">=1.4 <2; 1.4.10",
        "<1.4.10; 1.4.2",
        "1.4.0 - 1.4.2; 1.4.2",
        "^0.3; 0.3.1",
        "0.x; 0.4.0",
        "^2; v2.1.0",
        "^v2; v2.1.0",
        "*; 10.0.0",
        "1.4.2 || ^2; v2.1.0",
        "1.4.2||0.3.1; 1.4.2",
        "=1.4.2; 1.4.2",
        ">2; 10.0.0",
        "^1.5.0-rc.1; 1.5.0-rc.2",
        ">=1.5.0-rc.1 <1.6; 1.5.0-rc.2",
        "~1.5.0-0; 1.5.0-rc.2"
      })
  void findsTheHighestTagInTheRange(String range, String highest) {
    assertThat(VersionRange.highest(TAGS, range)).contains(highest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"^3", "~1.5", ">10", "<0.3", "^1.5"})
  void findsNoneWhereNoneFitsAndNeverAPreReleaseUnasked(String range) {
    assertThat(VersionRange.highest(TAGS, range)).isEmpty();
  }

  @Test
  void choosesTheSameOfTwoTagsForOneVersionInAnyOrder() {
    List<String> tags = new java.util.ArrayList<>(List.of("v1.2.3", "1.2.3", "1.2.2"));
    for (int i = 0; i < tags.size(); i++) {
      Collections.rotate(tags, 1);
      assertThat(VersionRange.highest(tags, "^1")).contains("1.2.3");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^",
        "abc",
        "^abc",
        ">=1.2 <",
        "1.2.3.4.5",
        "|| ||",
        "^1.2 && <2",
        "latest - 2",
        "[1,2)",
        "1.2.+"
      })
  void refusesWhatIsNoRange(String range) {
    assertThat(VersionRange.isValid(range)).isFalse();
    assertThat(VersionRange.highest(TAGS, range)).isEmpty();
  }
}
