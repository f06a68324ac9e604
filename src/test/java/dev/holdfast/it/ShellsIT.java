package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Completion in the real shells, and the manual as its own reader checks it. */
class ShellsIT {
  @RegisterExtension static final Server server = new Server();
  @TempDir private Path folder;

  private Path script(String shell, String name) throws IOException {
    String text = Shell.run(List.of(Cli.program(), "completion", shell)).orFail().out();
    return Files.writeString(folder.resolve(name), text);
  }

  /** With the program on the path and the agent's socket told, as for a user of the server. */
  private String run(String... command) {
    String path = Path.of(Cli.program()).getParent() + ":" + System.getenv("PATH");
    Map<String, String> environment =
        Map.of(
            "PATH",
            path,
            "HOLDFAST_SOCKET",
            server.folder().resolve("s").toString(),
            "HOME",
            folder.toString());
    return Shell.run(List.of(command), folder, environment).text();
  }

  @Test
  void eachShellCompletesCommandsAndTheAgentsApps() throws IOException {
    App app = server.app().ordinary();
    server.add(app);
    server.awaitPhase(app, "Synced");
    Path bash = script("bash", "holdfast.bash");
    String offered = "; _holdfast; printf '%s ' \"${COMPREPLY[@]}\"";
    assertThat(
            run("bash", "-c", ". " + bash + "; COMP_WORDS=(holdfast hist); COMP_CWORD=1" + offered))
        .isEqualTo("history");
    assertThat(
            run(
                "bash",
                "-c",
                ". " + bash + "; COMP_WORDS=(holdfast why ''); COMP_CWORD=2" + offered))
        .isEqualTo(app.name);

    Path fish = script("fish", "holdfast.fish");
    assertThat(run("fish", "-c", "source " + fish + "; complete -C 'holdfast hist'"))
        .startsWith("history\t");
    assertThat(run("fish", "-c", "source " + fish + "; complete -C 'holdfast why '"))
        .startsWith(app.name);
    assertThat(run("fish", "-c", "source " + fish + "; complete -C 'holdfast diff --exit'"))
        .startsWith("--exit-code\t");

    Path zsh = script("zsh", "_holdfast");
    run("zsh", "-n", zsh.toString());
    String names =
        "autoload -U compinit; compinit -u -D; source "
            + zsh
            + "; _describe() { print -l \"${(@P)2}\" }; _holdfast_apps";
    assertThat(run("zsh", "-c", names)).isEqualTo(app.name);
    String commands =
        "autoload -U compinit; compinit -u -D; source "
            + zsh
            + "; _describe() { print -l \"${(@P)2}\" }; CURRENT=2; words=(holdfast ''); _holdfast";
    assertThat(run("zsh", "-c", commands)).contains("history:", "why:");
  }

  @Test
  void theManualIsCleanInTheEyesOfItsReader() throws IOException {
    Shell.run(
            List.of(
                Cli.program(),
                "man-pages",
                folder.toString(),
                "--of",
                "0.1.0",
                "--date",
                "2026-11-21"))
        .orFail();
    try (Stream<Path> pages = Files.list(folder)) {
      List<String> names = pages.map(Path::toString).filter(n -> n.endsWith(".8")).toList();
      assertThat(names).hasSizeGreaterThan(12);
      for (String page : names) {
        assertThat(run("mandoc", "-T", "lint", "-W", "warning", page)).as(page).isEmpty();
        // Bold is a letter struck twice.
        String shown = run("mandoc", "-T", "utf8", page).replaceAll(".\b", "");
        assertThat(shown).contains("SYNOPSIS", "EXIT STATUS");
      }
    }
  }
}
