package dev.holdfast.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The printed plan of each case. {@code -Dholdfast.golden=write} writes what is planned now into
 * {@code plan.txt}: read the difference before you commit it.
 */
class GoldenPlansTest {
  private static final Path CASES = Path.of("src/test/resources/plans");

  static List<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders
          .filter(Files::isDirectory)
          .map(f -> f.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void planIsTheOneThatWasAgreedOn(String name) throws IOException {
    Path folder = CASES.resolve(name);
    Path golden = folder.resolve("plan.txt");
    String planned = PlanCase.read(folder).text();
    if ("write".equals(System.getProperty("holdfast.golden"))) {
      Files.writeString(golden, planned);
    }
    assertThat(planned).isEqualTo(Files.readString(golden));
  }

  @Test
  void thereAreCases() throws IOException {
    assertThat(cases()).hasSizeGreaterThan(40);
  }
}
