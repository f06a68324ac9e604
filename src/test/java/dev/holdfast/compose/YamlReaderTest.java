package dev.holdfast.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {
  private static String problem(String text) {
    Problems problems = new Problems();
    assertThat(YamlReader.read("f.yaml", text.getBytes(StandardCharsets.UTF_8), problems)).isNull();
    return problems.errors().stream().map(Problem::toString).collect(Collectors.joining("\n"));
  }

  private static Mapping read(String text) {
    Problems problems = new Problems();
    Value value = YamlReader.read("f.yaml", text.getBytes(StandardCharsets.UTF_8), problems);
    assertThat(problems.errors()).isEmpty();
    return (Mapping) value;
  }

  private static String text(Mapping map, String... path) {
    Value value = map;
    for (String key : path) {
      value = ((Mapping) value).get(key);
    }
    return ((Scalar) value).text();
  }

  @Test
  void letsLocalKeysWinAndOfSeveralMapsTheEarlier() {
    Mapping map =
        read(
            "a: &a {x: a, y: a}\n"
                + "b: &b {x: b, y: b, z: b}\n"
                + "c: {<<: [*a, *b], x: c}\n"
                + "d: {y: d, <<: *b}\n");

    assertThat(text(map, "c", "x") + text(map, "c", "y") + text(map, "c", "z")).isEqualTo("cab");
    assertThat(text(map, "d", "x") + text(map, "d", "y") + text(map, "d", "z")).isEqualTo("bdb");
    assertThat(text(read("a: {'<<': x}"), "a", "<<")).isEqualTo("x");
  }

  @Test
  void keepsScalarsAsText() {
    Mapping map = read("a: 1.10\nb: 022\nc: 1e3\nd: yes\ne: 12:34\nf: 2026-11-20\n");

    assertThat(map.members().values().stream().map(member -> ((Scalar) member.value()).text()))
        .containsExactly("1.10", "022", "1e3", "yes", "12:34", "2026-11-20");
  }

  @Test
  void refusesBillionLaughsBeforeTheyAreExpanded() {
    String laughs =
        "a0: &a0 [l, l, l, l, l, l, l, l, l, l]\n"
            + IntStream.range(1, 12)
                .mapToObj(
                    i ->
                        "a%d: &a%d [%s]\n"
                            .formatted(
                                i,
                                i,
                                String.join(
                                    ",", java.util.Collections.nCopies(10, "*a" + (i - 1)))))
                .collect(Collectors.joining());

    assertThat(problem(laughs)).contains("grows to more than 100000 values through its aliases");
    assertThat(
            problem(
                "a: &a {x: 1}\n"
                    + IntStream.range(0, 40)
                        .mapToObj(
                            i ->
                                "b%d: &b%d {l: %s, r: %s}\n"
                                    .formatted(
                                        i,
                                        i,
                                        i == 0 ? "*a" : "*b" + (i - 1),
                                        i == 0 ? "*a" : "*b" + (i - 1)))
                        .collect(Collectors.joining())))
        .contains("grows to more");
  }

  @Test
  void refusesMapsThatGrowThroughOneAnother() {
    String keys =
        IntStream.range(0, 1000).mapToObj(i -> "k" + i + ": 1").collect(Collectors.joining(", "));

    assertThat(problem("x: &x {" + keys + "}\ny: [" + "{<<: *x}, ".repeat(101) + "]"))
        .contains("grows to more than 100000 values through");
  }

  @Test
  void refusesWhatIsNestedTooDeeply() {
    assertThat(problem("[".repeat(10_000))).contains("nested deeper than 64 levels");
    assertThat(problem("{a: ".repeat(10_000))).contains("nested deeper than 64 levels");
    assertThat(
            problem(
                IntStream.range(0, 200)
                    .mapToObj(i -> " ".repeat(i) + "a:\n")
                    .collect(Collectors.joining())))
        .contains("nested deeper than 64 levels");
    assertThat(problem("- ".repeat(5000) + "x")).contains("nested deeper than 64 levels");
    assertThat(problem("? ".repeat(5000) + "x")).contains("f.yaml");
  }

  @Test
  void refusesWhatIsTooLarge() {
    assertThat(problem("a: " + "x".repeat(1 << 20)))
        .isEqualTo("f.yaml: is larger than 1 MiB, which no such file should be; make it smaller");
    assertThat(read("a: 1\n" + "\n".repeat(99_999)).members()).hasSize(1);
    assertThat(problem("a: 1\n" + "\n".repeat(100_000)))
        .startsWith("f.yaml: has more than 100000 lines");
    assertThat(problem("[" + "1, ".repeat(40_000) + "]")).contains("holds more than 40000 values");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: *a",
        "a: &a [*a]",
        "a: 1\na: 2",
        "a: {<<: *b, <<: *b}",
        "x: &x {a: 1}\ny: {<<: *x, <<: *x}",
        "a: {<<: 1}",
        "a: {<<: }",
        "{a: 1",
        "a: [1",
        "a: 'x",
        "a:\n\tb: 1",
        "a: b: c",
        "- a\nb: c",
        "? [a]\n: b",
        "a: 1\n---\nb: 2",
        "a: !!binary",
        "a: !python/object x",
        "%YAML 3.0\n---\na: 1",
        "a: \u0001",
        "&a",
        "*",
        "a: |1x\n",
        "a: \"\\q\"",
        "a: @b",
        "a: `b`",
        "!reset a: &x *x"
      })
  void neverThrows(String text) {
    Problems problems = new Problems();
    YamlReader.read("f.yaml", text.getBytes(StandardCharsets.UTF_8), problems);

    assertThat(problems.errors()).allMatch(problem -> problem.file().equals("f.yaml"));
  }

  @Test
  void tellsThePlace() {
    assertThat(problem("a: 1\nb:\n  c: 1\n  c: 2\n"))
        .isEqualTo("f.yaml:4:3: the key 'c' stands here twice; remove one");
    assertThat(problem("a: *nothing\n"))
        .startsWith("f.yaml:1:4: an alias ('*…') has no anchor above it")
        .doesNotContain("nothing");
    assertThat(problem("a: 1\n--- \nb: 1\n"))
        .startsWith("f.yaml:2:1: holds several YAML documents");
    assertThat(problem("a: !include x\n"))
        .startsWith("f.yaml:1:4: a YAML tag stands here that is not known");
    assertThat(problem("a: [1\nb: 2\n")).startsWith("f.yaml:2:2: is not YAML:");
    assertThat(problem("a: \u0001\n"))
        .startsWith("f.yaml: is not YAML: it holds a character that YAML does not allow (U+0001)");
  }
}
