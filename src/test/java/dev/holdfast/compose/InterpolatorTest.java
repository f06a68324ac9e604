package dev.holdfast.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InterpolatorTest {
  private static final Map<String, String> VARIABLES =
      Map.of(
          "A", "a", "B", "b", "EMPTY", "", "_u1", "under", "DOLLAR", "x$A", "lower", "low",
          "azAZ_09", "name");
  private static final Interpolator INTERPOLATOR = new Interpolator(VARIABLES::get);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "plain|plain",
        "$A|a",
        "${A}|a",
        "x${A}y$B.z|xayb.z",
        "$lower|low",
        "${_u1}|under",
        "$A_|##",
        "$A-$B|a-b",
        "$AA|##",
        "${EMPTY:-d}|d",
        "${EMPTY-d}|##",
        "${NONE:-d}|d",
        "${NONE-d}|d",
        "${A:-d}|a",
        "${A-d}|a",
        "${A:+x}|x",
        "${A+x}|x",
        "${EMPTY:+x}|##",
        "${EMPTY+x}|x",
        "${NONE:+x}|##",
        "${NONE+x}|##",
        "${A:?e}|a",
        "${A?e}|a",
        "${EMPTY?e}|##",
        "${NONE:-${A}}|a",
        "${NONE:-${ALSO:-${B}}}|b",
        "${NONE:-x${A}y${B}z}|xaybz",
        "${A:+${B}}|b",
        "${NONE:-$A}|a",
        "${A:-${NONE:?never}}|a",
        "${NONE:-a:b-c?d+e}|a:b-c?d+e",
        "${NONE:-{\"k\":1}}|{\"k\":1}",
        "${NONE:-}|##",
        "${NONE:-a b}|a b",
        "$$A|$A",
        "$$|$",
        "$$$A|$a",
        "$${A}|${A}",
        "a$|a$",
        "$(date)|$(date)",
        "$1 $? $@ $%|$1 $? $@ $%",
        "$-|$-",
        "${DOLLAR}|x$A",
        "$azAZ_09.|name.",
        "${NONE:-{a}|{a",
        "a$ b|a$ b"
      })
  void replacesAsComposeDoes(String template, String text) {
    Interpolator.Result result = INTERPOLATOR.interpolate(template.replace("$|x", "$"));

    assertThat(result.errors()).isEmpty();
    assertThat(result.text()).isEqualTo(text.replace("$|x", "$"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${",
        "${}",
        "${A",
        "${1}",
        "${A B}",
        "${A:}",
        "${A:x}",
        "${-x}",
        "${A!x}",
        "${ A}",
        "${NONE:-a\nb}",
        "${!A}",
        "a${"
      })
  void refusesABraceWithoutAValidBody(String template) {
    assertThat(INTERPOLATOR.interpolate(template).errors()).hasSize(1);
  }

  @Test
  void tellsEveryRequiredVariableThatIsMissing() {
    Interpolator.Result result =
        INTERPOLATOR.interpolate("${ONE:?set one} ${EMPTY:?} ${TWO?see $A}");

    assertThat(result.errors())
        .containsExactly(
            "the required variable ONE is not set (set one); set it in an env-file of the app",
            "the required variable EMPTY is not set; set it in an env-file of the app",
            "the required variable TWO is not set; set it in an env-file of the app");
  }

  @Test
  void namesTheVariablesThatSilentlyBecameEmpty() {
    assertThat(
            INTERPOLATOR
                .interpolate("$ONE ${TWO} ${THREE:-} ${FOUR-x} ${FIVE:+x} $A ${EMPTY}")
                .unset())
        .containsExactlyInAnyOrder("ONE", "TWO");
  }

  @Test
  void doesNotGrowOrNestWithoutEnd() {
    String deep = "${N:-".repeat(200) + "x" + "}".repeat(200);
    Interpolator large = new Interpolator(name -> "x".repeat(100_000));

    assertThat(INTERPOLATOR.interpolate(deep).errors())
        .anyMatch(error -> error.contains("nested deeper"));
    assertThat(INTERPOLATOR.interpolate(deep.replace("N:-", "A:+")).errors())
        .anyMatch(error -> error.contains("nested deeper"));
    assertThat(new Interpolator(name -> "x".repeat(1 << 20)).interpolate("$A").errors()).isEmpty();
    assertThat(large.interpolate("$A".repeat(50)).errors())
        .singleElement()
        .asString()
        .contains("1 MiB");
  }

  @Test
  void showsNoValueInItsText() {
    assertThat(new Interpolator(name -> "s3cret").interpolate("$A ${B:x}").toString())
        .contains("'${B…}' is not valid")
        .doesNotContain("s3cret");
  }
}
