package dev.holdfast.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DotEnvTest {
  private static final Map<String, String> OUTSIDE = Map.of("OUT", "outer", "WINS", "outer");

  private record Case(String text, String value) {}

  private static Stream<Case> values() {
    return Stream.of(
        new Case("K=v", "v"),
        new Case("K = v ", "v"),
        new Case("K: v", "v"),
        new Case("K:v", "v"),
        new Case("export K=v", "v"),
        new Case("export\tK=v", "v"),
        new Case("K=", ""),
        new Case("K=\n", ""),
        new Case("K=\"\"", ""),
        new Case("K=v # comment", "v"),
        new Case("K=v#no comment", "v#no comment"),
        new Case("K=a b  c", "a b  c"),
        new Case("K=\"v # kept\" # dropped", "v # kept"),
        new Case("K='v # kept' # dropped", "v # kept"),
        new Case("K=\"a\\nb\\t\\\"c\\\"\\\\\"", "a\nb\t\"c\"\\"),
        new Case("K='a\\nb'", "a\\nb"),
        new Case("K='it\\'s'", "it's"),
        new Case("K=\"two\nlines\"", "two\nlines"),
        new Case("K='two\nlines'", "two\nlines"),
        new Case("K=$OUT", "outer"),
        new Case("K=${OUT}!", "outer!"),
        new Case("K=\"$OUT\"", "outer"),
        new Case("K='$OUT'", "$OUT"),
        new Case("K=\"\\$OUT\"", "$OUT"),
        new Case("K=$$OUT", "$OUT"),
        new Case("K=${NONE:-d}", "d"),
        new Case("A=1\nK=$A", "1"),
        new Case("WINS=inner\nK=$WINS", "outer"),
        new Case("K=p4$$w0rd", "p4$w0rd"),
        new Case("K=pa$word", "pa"),
        new Case("K=first\nK=last", "last"),
        new Case("\uFEFFK=v", "v"),
        new Case("K=v\r\nL=w\r\n", "v"),
        new Case("# comment\n\n  K=v\n", "v"),
        new Case("K=https://a.example/?b=c&d=e", "https://a.example/?b=c&d=e"),
        new Case("K={\"json\": true}", "{\"json\": true}"),
        new Case("K=\"\\101\"", "\\101"),
        new Case("K=\"\\0101\"", "A"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void readsAsComposeDoes(Case file) {
    DotEnv.Result result = DotEnv.parse(file.text(), OUTSIDE::get);

    assertThat(result.faults()).isEmpty();
    assertThat(result.values()).containsEntry("K", file.value());
  }

  @Test
  void takesAKeyAloneFromOutsideOrLeavesItUnset() {
    assertThat(DotEnv.parse("OUT\nNONE\nL=1\nOUT", OUTSIDE::get).values())
        .containsExactly(Map.entry("OUT", "outer"), Map.entry("L", "1"));
  }

  @Test
  void goesOnAfterAFaultAndTellsItsLineButNotItsValue() {
    DotEnv.Result result =
        DotEnv.parse(
            "A=1\nnot a name=s3cret\n=s3cret\nB=2\nC=${s3cret!x:?s3cret}\nD=\"s3cret\n",
            OUTSIDE::get);

    assertThat(result.values()).containsEntry("A", "1").containsEntry("B", "2");
    assertThat(result.faults()).extracting(DotEnv.Fault::line).containsExactly(2, 3, 5, 6);
    assertThat(result.faults().toString()).doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "K='v' # c\"",
        "K=\"v\" x",
        "K=v\n\n\n#",
        "=",
        "\"",
        "'",
        "export",
        "export ",
        "K=\"\\",
        ":",
        "\n",
        "K=${",
        "-----BEGIN KEY-----"
      })
  void neverThrowsWhateverTheFileHolds(String text) {
    assertThat(DotEnv.parse(text, OUTSIDE::get)).isNotNull();
    assertThat(DotEnv.parseRaw(text, OUTSIDE::get)).isNotNull();
  }

  @Test
  void namesTheKeyButNeverAPartOfItsValue() {
    assertThat(DotEnv.parse("K=pa$word", OUTSIDE::get).unset()).containsExactly("K");
  }

  @Test
  void leavesEverythingAloneInARawFile() {
    DotEnv.Result result =
        DotEnv.parseRaw("# c\nK=pa$word # x \"\nOUT\nNONE\n E='1'\nbad name=1\n", OUTSIDE::get);

    assertThat(result.values())
        .containsExactly(
            Map.entry("K", "pa$word # x \""), Map.entry("OUT", "outer"), Map.entry("E", "'1'"));
    assertThat(result.faults()).extracting(DotEnv.Fault::line).containsExactly(6);
  }

  @Test
  void showsNoValueInItsText() {
    assertThat(DotEnv.parse("K=s3cret", OUTSIDE::get).toString())
        .contains("K")
        .doesNotContain("s3cret");
  }

  private static String lines(int count, String line) {
    return IntStream.range(0, count).mapToObj(line::formatted).collect(Collectors.joining());
  }

  @ParameterizedTest
  @ValueSource(strings = {"K%d=v\n", "K%d='v'\n", "K%d\n"})
  void readsTenThousandVariablesAndRefusesMore(String line) {
    for (Parser parser : List.<Parser>of(DotEnv::parse, DotEnv::parseRaw)) {
      DotEnv.Result most = parser.parse(lines(10_000, line), name -> "v");
      assertThat(most.faults()).isEmpty();
      assertThat(most.values()).hasSize(10_000);
      assertThat(parser.parse(lines(12_000, line), name -> "v").faults())
          .singleElement()
          .satisfies(fault -> assertThat(fault.line()).isEqualTo(10_001))
          .satisfies(fault -> assertThat(fault.message()).contains("more than 10000 variables"));
    }
  }

  private interface Parser {
    DotEnv.Result parse(String text, Function<String, @Nullable String> outside);
  }

  @Test
  void readsFourMebibytesOfExpandedValuesAndRefusesMore() {
    String four = "A=" + "x".repeat(1 << 20) + "\n" + lines(3, "K%d=$A\n");

    assertThat(DotEnv.parse(four, OUTSIDE::get).faults()).isEmpty();
    assertThat(DotEnv.parse(four + "L=x\nM=$A\nN=$A\n", OUTSIDE::get).faults())
        .singleElement()
        .satisfies(fault -> assertThat(fault.line()).isEqualTo(5))
        .satisfies(fault -> assertThat(fault.message()).contains("beyond 4 MiB"));
  }

  @Test
  void tellsTheFirstFiftyFaults() {
    assertThat(DotEnv.parse(lines(80, "%d !=x\n"), OUTSIDE::get).faults()).hasSize(50);
    assertThat(DotEnv.parseRaw(lines(80, "%d !=x\n"), OUTSIDE::get).faults()).hasSize(50);
  }

  @Test
  void refusesARawLineWithoutAName() {
    assertThat(DotEnv.parseRaw("A=1\n=s3cret\n", OUTSIDE::get).faults())
        .singleElement()
        .satisfies(fault -> assertThat(fault.line()).isEqualTo(2))
        .satisfies(fault -> assertThat(fault.message()).doesNotContain("s3cret"));
  }
}
