package dev.holdfast.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.rig.Staged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * docs/faults.md is made of the tests. {@code -Dholdfast.golden=write} writes it: read the
 * difference before you commit it. That those tests ran, `make it` checks
 * (src/build/faults-ran.sh).
 */
class FaultsDocTest {
  private static final Path DOCUMENT = Path.of("docs/faults.md");
  private static final List<FaultTest> TESTS = FaultTest.in(Path.of("target/test-classes"));

  @Test
  void theDocumentIsWhatTheTestsSay() throws IOException {
    String made = document();
    if ("write".equals(System.getProperty("holdfast.golden"))) {
      Files.writeString(DOCUMENT, made);
    }
    assertThat(Files.readString(DOCUMENT))
        .as("write it with -Dtest=FaultsDocTest -Dholdfast.golden=write")
        .isEqualTo(made);
  }

  @Test
  void everyTestOnRealPartsThatNamesAFailureSaysWhatComesOfIt() {
    assertThat(TESTS.stream().filter(t -> t.isOnRealParts() && t.staged() == null).toList())
        .as("tests without @Staged")
        .isEmpty();
  }

  @Test
  void everyPartHasItsFaults() {
    assertThat(
            TESTS.stream().filter(t -> t.staged() != null).map(t -> t.staged().part()).distinct())
        .containsExactlyInAnyOrder(Staged.Part.values());
  }

  @Test
  void aPromiseIsWrittenInItsWords() {
    assertThat(promise("F87_anEngineOutOfSightEndsInAWholeOne"))
        .isEqualTo("an engine out of sight ends in a whole one");
    assertThat(promise("F39_F91_anUpdateWithAMigrationSurvivesADeathAtEveryPlace"))
        .isEqualTo("an update with a migration survives a death at every place");
    assertThat(promise("F38_aPortIsTaken")).isEqualTo("a port is taken");
  }

  private static String promise(String method) {
    return new FaultTest("SomeIT", method, List.of(), null).promise();
  }

  private static String document() {
    StringBuilder text = new StringBuilder(HEAD);
    for (Staged.Part part : Staged.Part.values()) {
      text.append("\n## ").append(part.title()).append("\n\n");
      text.append("| fault | what happens | failures | test |\n|---|---|---|---|\n");
      TESTS.stream()
          .filter(t -> t.staged() != null && t.staged().part() == part)
          .forEach(t -> text.append(row(t)));
    }
    text.append(NUMBERS);
    byNumber().forEach((number, tests) -> text.append(numberRow(number, tests)));
    return text.toString();
  }

  private static String row(FaultTest test) {
    return "| %s | %s | %s | `%s.%s` |\n"
        .formatted(
            test.staged().fault(),
            test.staged().then(),
            test.numbers().stream().map("F%02d"::formatted).collect(Collectors.joining(", ")),
            test.type(),
            test.method());
  }

  private static SortedMap<Integer, List<FaultTest>> byNumber() {
    SortedMap<Integer, List<FaultTest>> found = new TreeMap<>();
    for (FaultTest test : TESTS) {
      for (int number : test.numbers()) {
        found.computeIfAbsent(number, n -> new java.util.ArrayList<>()).add(test);
      }
    }
    return found;
  }

  private static String numberRow(int number, List<FaultTest> tests) {
    return "| F%02d | %s |\n"
        .formatted(
            number,
            tests.stream()
                .map(t -> t.promise() + " (`" + t.type() + "`)")
                .distinct()
                .collect(Collectors.joining("; ")));
  }

  private static final String HEAD =
      """
      # What happens when something fails

      Made from the tests that stage it; do not edit it. Each line is a fault that a test stages on real parts (a Docker engine, a registry,
      a git server, a file system, the agent as it is delivered) and what comes of it. Those with an agent end with one and the same check of
      what it promises: the app has its new release or its old one, never none and never two of a service; nothing of others is touched;
      records are closed; no secret stands anywhere. Numbers as F38 are those of failures that users of comparable tools reported.
      `make it` runs all of them, those of a single call with a drawn one of each kind; `make faults` meets each call of an update and of a
      rollback with each kind of fault.
      """;

  private static final String NUMBERS =
      """

      ## By number

      | failure | what is held, and the test that holds it |
      |---|---|
      """;
}
