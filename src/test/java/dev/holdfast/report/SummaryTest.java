package dev.holdfast.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Approval;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.HealthCheck;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.Passage;
import dev.holdfast.model.RecordBuilder;
import dev.holdfast.model.UpdateGap;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands in it, and that nobody who writes a text writes the page. */
class SummaryTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  private static DeploymentRecord record(String text, List<String> tail, int steps) {
    StepRecord step =
        new StepRecord("probe", text, NOON, NOON.plusMillis(1500), StepStatus.FAILED, text);
    return new DeploymentRecord(
        "20261120T120000Z-4f3c2a1b9d0e",
        NOON,
        NOON.plusSeconds(75),
        "vps-1",
        "shop",
        "production",
        Kind.DEPLOY,
        Status.ROLLED_BACK,
        Direction.BACK,
        text,
        text,
        "refs/heads/main",
        NOON,
        "0c1d2e3f4a5b",
        text,
        text,
        "aaaabbbbcccc",
        List.of("api"),
        new TreeMap<>(Map.of("api", HealthCheck.UNHEALTHY)),
        true,
        true,
        List.of(),
        new TreeMap<>(),
        new TreeMap<>(),
        Collections.nCopies(steps, step),
        new Failure("probe", "api", text, tail),
        new TreeMap<>(Map.of("api", new UpdateGap(120, UpdateGap.By.PROBE))),
        new Approval(Approval.State.APPROVED, text, NOON, text),
        new Passage(text, NOON, text),
        List.of());
  }

  @Test
  void itSaysWhatCameOfItWhyAndHow() {
    assertThat(Summary.of(record("1.4.2", List.of("listening", "panic: no database"), 1)))
        .isEqualTo(
            """
            ## ` shop ` ` 1.4.2 `: rolled back

            |  |  |
            |---|---|
            | Server | ` vps-1 (production) ` |
            | Cause | ` 1.4.2 ` |
            | Deployment | ` 20261120T120000Z-4f3c2a1b9d0e ` |
            | Release | ` 0c1d2e3f4a5b ` |
            | Before | ` aaaabbbbcccc ` |
            | Application's commit | ` 1.4.2 ` |
            | Source | ` refs/heads/main 1.4.2 ` |
            | Began | 2026-11-20 12:00:00 UTC |
            | Took | 1 min 15 s |
            | Updated | ` api ` |
            | Health | ` api unhealthy ` |
            | Away | ` api 120 ms ` |
            | Approval | ` approved by 1.4.2: 1.4.2 ` |
            | Through a closed window | ` 1.4.2: 1.4.2 ` |
            | The way back | is there |

            ### Why

            At ` probe ` of ` api `: ` 1.4.2 `

            ```text
            listening
            panic: no database
            ```

            ### Steps

            | Step | Service | Status | Took |  |
            |---|---|---|---|---|
            | probe | ` 1.4.2 ` | failed | 1.5 s | ` 1.4.2 ` |

            """);
  }

  static Stream<String> hostile() {
    return Stream.of(
        "a | b | <b>c</b>",
        "back\\| slash \\\\| bars",
        "`|` ends, ``two``, ```` four",
        "`",
        "``` ",
        "ends with \\",
        "\n\n# A heading\n\n- a list",
        "\r\n```\r\n![x](https://evil.example.com/x.png)\r\n",
        "~~~\n<script>alert(1)</script>\n~~~",
        "[click](javascript:alert(1)) @everyone #1 https://evil.example.com www.evil.example.com",
        "<!-- a comment --> <details open> </td></table>",
        "&#124; &lt;b&gt; &nbsp;",
        "\u001b[31mred\u001b[0m \u001b]0;title\u0007",
        "\u202egnp.exe\u202c \u2028 line \u2029 \u0085",
        "| --- | --- |\n| x | y |",
        " ".repeat(50),
        "");
  }

  /**
   * Whatever is said, the page has the lines that it has when nothing is: no row, fence or heading
   * more, and each cell of a row is ours or one code span.
   */
  @ParameterizedTest
  @MethodSource("hostile")
  void noTextBecomesMarkup(String text) {
    String page = Summary.of(record("x" + text + "x", List.of(), 2));
    String plain = Summary.of(record("x", List.of(), 2));
    List<String> lines = page.lines().toList();
    List<String> expected = plain.lines().toList();
    assertThat(lines).hasSameSizeAs(expected);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(bare(lines.get(i))).isEqualTo(bare(expected.get(i)));
    }
    assertThat(page).doesNotContain("\u001b").doesNotContain("\u202e").doesNotContain("\u2028");
  }

  /** The line as a reader of CommonMark §6.1 and GFM §4.10 sees it, without the code in it. */
  private static String bare(String line) {
    StringBuilder seen = new StringBuilder();
    for (int i = 0; i < line.length(); ) {
      int run = run(line, i);
      int end = run == 0 ? -1 : closing(line, i + run, run);
      if (end < 0) {
        seen.append(line.charAt(i++));
      } else {
        assertThat(line.substring(i, end)).as("a bar ends a cell even in code").doesNotContain("|");
        seen.append("CODE");
        i = end + run;
      }
    }
    return seen.toString();
  }

  private static int run(String line, int at) {
    int end = at;
    while (end < line.length() && line.charAt(end) == '`') {
      end++;
    }
    return end - at;
  }

  private static int closing(String line, int from, int length) {
    for (int i = from; i < line.length(); ) {
      int run = run(line, i);
      if (run == length) {
        return i;
      }
      i += Math.max(1, run);
    }
    return -1;
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void noLineOfALogEndsItsBlock(String text) {
    List<String> page =
        Summary.of(record("x", List.of("first", text, "````", "last"), 1)).lines().toList();
    int opens =
        page.indexOf(page.stream().filter(l -> l.endsWith("text")).findFirst().orElseThrow());
    String fence = page.get(opens).replace("text", "");
    assertThat(fence).matches("`{3,}");
    List<String> after = page.subList(opens + 1, page.size());
    int closes =
        after.indexOf(after.stream().filter(l -> closes(l, fence)).findFirst().orElseThrow());
    assertThat(after.get(closes - 1)).isEqualTo("last");
    assertThat(after.get(closes + 2)).isEqualTo("### Steps");
  }

  /** CommonMark §4.5: up to three blanks, as many backticks or more, then blanks alone. */
  private static boolean closes(String line, String fence) {
    return line.matches(" {0,3}`{" + fence.length() + ",}[ \t]*");
  }

  @Test
  void linesStayLinesInALogAndAreBlanksElsewhereAndTheNewestCount() {
    assertThat(Summary.of(record("one\ntwo\tthree", List.of("first\nsecond"), 1)))
        .contains("| Cause | ` one two three ` |")
        .contains("```text\nfirst\nsecond\n```");
    List<String> many = IntStream.range(0, 80).mapToObj(i -> "line " + i).toList();
    assertThat(Summary.of(record("x", many, 1)))
        .contains("```text\nline 30\n", "line 79\n```")
        .doesNotContain("line 29\n");
  }

  @Test
  void whatIsNotKnownHasNoLine() {
    assertThat(Summary.of(RecordBuilder.to("new").build()))
        .contains("in progress", "| Began |")
        .doesNotContain("Source", "Before", "Took", "Approval", "window", "Why", "Steps");
  }

  @Test
  void coloursGoAndALongLineEndsWithAnEllipsis() {
    assertThat(Summary.of(record("\u001b[31mred\u001b[0m", List.of(), 1)))
        .contains("| Cause | ` red ` |");
    assertThat(Summary.of(record("y".repeat(500), List.of(), 1)))
        .contains("| Cause | ` " + "y".repeat(500) + " ` |");
    assertThat(Summary.of(record("y".repeat(501), List.of(), 1)))
        .contains("| Cause | ` " + "y".repeat(500) + "… ` |");
  }

  @Test
  void nothingIsSaidToBeLeftOutWhereAllStepsStandThere() {
    assertThat(Summary.of(record("x", List.of(), 200))).doesNotContain("left out");
    assertThat(Summary.of(record("x", List.of(), 201))).contains("1 more are left out");
  }

  @Test
  void itIsBoundedWhateverIsWritten() {
    String page =
        Summary.of(
            record("long ".repeat(100_000), Collections.nCopies(10_000, "y".repeat(9_000)), 5_000));
    assertThat(page.length()).as("GitHub takes 1 MiB").isLessThan(300_000);
    assertThat(page).contains("4800 more are left out");
    List<String> broken = Collections.nCopies(50, "\n".repeat(9_000) + "last");
    assertThat(Summary.of(record("x", broken, 1)).lines().count()).isLessThan(100);
  }
}
