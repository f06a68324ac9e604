package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a shell makes of the scripts; zsh and fish have theirs in the integration tests. */
@Timeout(30)
class CompletionTest {
  @TempDir private Path folder;

  /** The words that bash offers after those of a line, the last of which is being written. */
  private List<String> offered(String... words) throws IOException, InterruptedException {
    Path script =
        Files.writeString(folder.resolve("holdfast"), Command.run("completion", "bash").out());
    Path program = Files.createDirectories(folder.resolve("bin")).resolve("holdfast");
    Files.writeString(
        program,
        "#!/bin/sh\ncat <<'END'\n[ {\n  \"app\" : \"shop\",\n  \"phase\" : \"Synced\"\n}, {\n"
            + "  \"app\" : \"blog\",\n  \"reason\" : \"no \\\"app\\\" : \\\"x\\\",\"\n} ]\nEND\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    String line =
        "PATH=%s:$PATH; . %s; COMP_WORDS=(%s); COMP_CWORD=%d; _holdfast; printf '%%s\\n' \"${COMPREPLY[@]}\""
            .formatted(
                program.getParent(),
                script,
                "'" + String.join("' '", words) + "'",
                words.length - 1);
    Process bash = new ProcessBuilder("bash", "-euc", line).redirectErrorStream(true).start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(out).isZero();
    return out.lines().toList();
  }

  @Test
  void bashOffersCommandsOptionsAndApps() throws Exception {
    assertThat(offered("holdfast", "st")).containsExactly("status");
    assertThat(offered("holdfast", ""))
        .contains("rollback", "why", "validate")
        .doesNotContain("man-pages");
    assertThat(offered("holdfast", "status", "--wa")).containsExactly("--watch");
    assertThat(offered("holdfast", "rollback", "")).containsExactly("shop", "blog");
    assertThat(offered("holdfast", "why", "b")).containsExactly("blog");
  }

  @Test
  void everyCommandHasAPageThatSaysWhatItsHelpSays() throws IOException {
    assertThat(
            Command.run("man-pages", folder.toString(), "--of", "0.1.0", "--date", "2026-11-21")
                .code())
        .isZero();
    assertThat(folder.resolve("holdfast.8")).content().contains(".TH", "holdfast\\-status(8)");
    assertThat(folder.resolve("holdfast-diff.8"))
        .content()
        .contains(
            "\\-\\-exit\\-code", "with \\-\\-exit\\-code: there are changes", ".SH EXIT STATUS");
    assertThat(folder.resolve("holdfast-man-pages.8")).doesNotExist();
  }
}
