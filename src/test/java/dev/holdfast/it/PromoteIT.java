package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** deploy/ci/promote.sh in the checkouts that CI systems make, and after a push that failed. */
class PromoteIT {
  private static final String SCRIPT = Path.of("deploy/ci/promote.sh").toAbsolutePath().toString();

  @TempDir Path folder;
  private Path clone;

  @BeforeEach
  void repository() throws IOException {
    git(folder, "init", "-q", "--bare", "-b", "main", "origin.git");
    clone = clone("clone");
    write(clone, "staging", "1.0.0");
    write(clone, "production", "1.0.0");
    push(clone, "both");
  }

  private Path clone(String name) {
    git(folder, "clone", "-q", "origin.git", name);
    Path made = folder.resolve(name);
    git(made, "checkout", "-q", "-B", "main");
    git(made, "config", "user.name", "ci");
    git(made, "config", "user.email", "ci@example.org");
    return made;
  }

  private static String git(Path in, String... words) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    return Shell.run(command, in, Map.of()).text();
  }

  private static void write(Path in, String part, String version) throws IOException {
    Path file = in.resolve(part).resolve("versions.yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "services: { web: \"" + version + "\" }\n");
  }

  private static void push(Path in, String message) {
    git(in, "add", "-A");
    git(in, "commit", "-q", "-m", message);
    git(in, "push", "-q", "origin", "HEAD:main");
  }

  private Shell.Ended promote(Path in, Map<String, String> environment, String... waits) {
    List<String> command = new ArrayList<>(List.of(SCRIPT, "staging", "production"));
    command.addAll(List.of(waits));
    return Shell.run(command, in, environment);
  }

  private String promoted(String branch) {
    return git(folder.resolve("origin.git"), "show", branch + ":production/versions.yaml");
  }

  @Test
  void isDoneOnceAndOnTopOfWhatOthersPushedMeanwhile() throws IOException {
    write(clone, "staging", "1.1.0");
    push(clone, "staging 1.1.0");
    Path other = clone("other");
    Files.writeString(other.resolve("README"), "hello");
    push(other, "a readme");

    promote(clone, Map.of(), "true").orFail();
    assertThat(promoted("main")).contains("1.1.0");
    assertThat(git(folder.resolve("origin.git"), "show", "main:README")).isEqualTo("hello");
    assertThat(promote(clone, Map.of(), "true").orFail().err()).contains("already");
    assertThat(git(clone, "worktree", "list").lines()).hasSize(1);
  }

  @Test
  void aPushThatFailedIsMadeUpForByTheNextRun() throws IOException {
    write(clone, "staging", "1.1.0");
    push(clone, "staging 1.1.0");
    Path hook = folder.resolve("origin.git/hooks/pre-receive");
    Files.writeString(hook, "#!/bin/sh\nexit 1\n");
    assertThat(hook.toFile().setExecutable(true)).isTrue();
    Shell.Ended failed = promote(clone, Map.of(), "true");
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err()).contains("could not promote staging to production");
    assertThat(promoted("main")).contains("1.0.0");

    Files.delete(hook);
    promote(clone, Map.of(), "true").orFail();
    assertThat(promoted("main")).contains("1.1.0");
  }

  @Test
  void aDetachedHeadNeedsTheBranchAndSaysSoBeforeTheWait() throws IOException {
    write(clone, "staging", "1.1.0");
    push(clone, "staging 1.1.0");
    git(clone, "checkout", "-q", "--detach");
    Path waited = folder.resolve("waited");
    Shell.Ended refused = promote(clone, Map.of(), "touch", waited.toString());
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("PROMOTE_TO=main");
    assertThat(waited).doesNotExist();

    promote(clone, Map.of("PROMOTE_TO", "main"), "touch", waited.toString()).orFail();
    assertThat(promoted("main")).contains("1.1.0");
    assertThat(waited).exists();
  }

  @Test
  void aBranchForAPullRequestTakesNothingAlongIntoTheNext() throws IOException {
    write(clone, "staging", "1.1.0");
    push(clone, "staging 1.1.0");
    promote(clone, Map.of("PROMOTE_BRANCH", "promote-1.1.0"), "true").orFail();
    assertThat(promoted("promote-1.1.0")).contains("1.1.0");
    assertThat(promoted("main")).contains("1.0.0");
    Shell.Ended again = promote(clone, Map.of("PROMOTE_BRANCH", "promote-1.1.0"), "true");
    assertThat(again.orFail().err()).contains("already");

    write(clone, "staging", "1.2.0");
    push(clone, "staging 1.2.0");
    promote(clone, Map.of("PROMOTE_BRANCH", "promote-1.2.0"), "true").orFail();
    String ahead = git(folder.resolve("origin.git"), "rev-list", "--count", "main..promote-1.2.0");
    assertThat(ahead).isEqualTo("1");
  }

  @Test
  void whereTheWaitFailsNothingIsPushed() throws IOException {
    write(clone, "staging", "1.1.0");
    push(clone, "staging 1.1.0");
    assertThat(promote(clone, Map.of(), "false").code()).isEqualTo(1);
    assertThat(promoted("main")).contains("1.0.0");
  }

  /** Who may push to the deploy repository has no business on the machine that promotes. */
  @Test
  void aLinkInTheRepositoryLeadsNowhereOnThisMachine() throws IOException {
    Path secret = Files.writeString(folder.resolve("wait_key"), "the key of CI\n");
    Path file = clone.resolve("staging/versions.yaml");
    Files.delete(file);
    Files.createSymbolicLink(file, secret);
    push(clone, "a link");
    Shell.Ended refused = promote(clone, Map.of(), "true");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("staging/versions.yaml is a link");
    assertThat(promoted("main")).contains("1.0.0");

    Files.delete(file);
    write(clone, "staging", "1.1.0");
    Path target = clone.resolve("production/versions.yaml");
    Files.delete(target);
    Files.createSymbolicLink(target, secret);
    push(clone, "a link in the way");
    promote(clone, Map.of(), "true").orFail();
    assertThat(secret).hasContent("the key of CI");
    assertThat(promoted("main")).contains("1.1.0");

    git(clone, "rm", "-q", "-r", "production");
    Files.createSymbolicLink(clone.resolve("production"), folder);
    write(clone, "staging", "1.2.0");
    push(clone, "a folder that is a link");
    assertThat(promote(clone, Map.of(), "true").code()).isNotZero();
    assertThat(folder.resolve("versions.yaml")).doesNotExist();
  }

  @Test
  void moreFilesAndNewOnesGoOverAsTheyAreCommitted() throws IOException {
    write(clone, "staging", "1.1.0");
    Files.writeString(clone.resolve("staging/compose.yaml"), "services: {}\n");
    push(clone, "staging 1.1.0");
    Files.writeString(clone.resolve("staging/compose.yaml"), "not committed\n");
    Map<String, String> files = Map.of("PROMOTE_FILES", "compose.yaml versions.yaml missing.yaml");
    promote(clone, files, "true").orFail();
    Path origin = folder.resolve("origin.git");
    assertThat(git(origin, "show", "main:production/compose.yaml")).isEqualTo("services: {}");
    assertThat(promoted("main")).contains("1.1.0");
    assertThat(git(origin, "ls-tree", "--name-only", "main:production").lines())
        .containsExactly("compose.yaml", "versions.yaml");
  }
}
