package dev.holdfast.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/from-github-actions.md shows the files of deploy/example whole. They are files, so that a
 * reader can copy them and `holdfast validate` and ScenarioIT can run them; and they stand on the
 * page, so that nobody reads it with seven windows open. This holds the two together: {@code
 * -Dholdfast.golden=write} copies the files into the page.
 */
class ExampleDocTest {
  private static final Path PAGE = Path.of("docs/from-github-actions.md");
  private static final Path FOLDER = Path.of("deploy/example");
  private static final Pattern SHOWN =
      Pattern.compile(
          "(<!-- (deploy/example/[a-z.-]+) -->\n)(```yaml\n.*?\n```\n)?", Pattern.DOTALL);

  @Test
  void thePageShowsTheFilesAsTheyAre() throws IOException {
    String page = Files.readString(PAGE);
    String made = SHOWN.matcher(page).replaceAll(found -> shown(found.group(1), found.group(2)));
    if ("write".equals(System.getProperty("holdfast.golden"))) {
      Files.writeString(PAGE, made);
      page = made;
    }
    assertThat(page)
        .as("write it with -Dtest=ExampleDocTest -Dholdfast.golden=write")
        .isEqualTo(made);
  }

  private static String shown(String mark, String file) {
    try {
      String text = Files.readString(Path.of(file));
      return Matcher.quoteReplacement(mark + "```yaml\n" + text + "```\n");
    } catch (IOException e) {
      throw new AssertionError(file, e);
    }
  }

  @Test
  void eachFileIsOnThePage() throws IOException {
    String page = Files.readString(PAGE);
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files)
          .isNotEmpty()
          .allSatisfy(f -> assertThat(page).contains("<!-- " + f + " -->"));
    }
  }

  @Test
  void theAppIsValid(@TempDir Path app) throws IOException {
    for (String file : new String[] {"compose.yaml", "versions.yaml"}) {
      Files.copy(FOLDER.resolve(file), app.resolve(file));
    }
    Files.writeString(app.resolve(".env"), "DATABASE_PASSWORD=x\nSTOCK_PASSWORD=y\n");
    Command.Result result = Command.run("validate", app.toString());
    assertThat(result.code()).as(result.out() + result.err()).isZero();
  }
}
