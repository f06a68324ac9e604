package dev.holdfast.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.compose.SourceTree;
import dev.holdfast.compose.SourceTree.Tracked;
import dev.holdfast.git.Source.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitSourceTest {
  @TempDir Path folder;
  private GitRig rig;

  @BeforeEach
  void repository() {
    rig = new GitRig(folder);
    rig.write("production/compose.yaml", "services: {}\n").write("README.md", "x");
  }

  @Test
  void aBranchGivesItsCommitItsFullNameItsTimeAndTheFolder() {
    String commit = rig.push("main");
    Snapshot snapshot = rig.source("main", "production").look();
    assertThat(snapshot.revision()).isEqualTo(commit);
    assertThat(snapshot.ref()).isEqualTo("refs/heads/main");
    assertThat(snapshot.commitTime()).isEqualTo(Instant.parse("2026-11-20T10:00:00Z"));
    assertThat(text(snapshot.tree(), "compose.yaml")).isEqualTo("services: {}\n");
    assertThat(snapshot.tree().file("README.md")).isEmpty();
    assertThat(snapshot.tree().file("../README.md")).isEmpty();
  }

  @Test
  void F26_aNewCommitIsSeenAtTheNextLookAlsoAfterARestart() {
    rig.push("main");
    GitSource source = rig.source("main", "");
    Snapshot first = source.look();
    assertThat(source.look()).isSameAs(first);
    String second = rig.write("new", "1").push("main");
    assertThat(source.look().revision()).isEqualTo(second);
    String third = rig.write("new", "2").push("main");
    Snapshot afterRestart = rig.source("main", "").look();
    assertThat(afterRestart.revision()).isEqualTo(third);
    assertThat(text(afterRestart.tree(), "new")).isEqualTo("2");
    assertThat(text(rig.source("main", "").look().tree(), "new")).isEqualTo("2");
  }

  @Test
  void F21_aRewrittenHistoryIsAsGoodAsAnyOther() {
    rig.push("main");
    GitSource source = rig.source("main", "");
    source.look();
    rig.git(rig.work, "checkout", "-q", "--orphan", "other");
    String rewritten = rig.write("new", "other history").push("main");
    rig.git(rig.bare, "reflog", "expire", "--expire=now", "--all");
    rig.git(rig.bare, "gc", "-q", "--prune=now");
    Snapshot snapshot = source.look();
    assertThat(snapshot.revision()).isEqualTo(rewritten);
    assertThat(text(snapshot.tree(), "new")).isEqualTo("other history");
  }

  @Test
  void F27_aRefThatIsGoneIsUnknownAndComesBack() {
    String commit = rig.push("main");
    GitSource source = rig.source("main", "");
    source.look();
    rig.git(rig.bare, "update-ref", "-d", "refs/heads/main");
    assertThatThrownBy(source::look)
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("could not look at main of file://")
        .hasMessageContaining("no branch or tag of that name");
    rig.git(rig.bare, "update-ref", "refs/heads/main", commit);
    assertThat(source.look().revision()).isEqualTo(commit);
  }

  @Test
  void aTagGivesTheCommitItStandsOnAndABranchOfTheSameNameCountsFirst() {
    String commit = rig.push("main");
    rig.git(rig.work, "tag", "-a", "-m", "annotated", "v1");
    rig.git(rig.work, "tag", "light");
    rig.git(rig.work, "push", "-q", "origin", "v1", "light");
    Snapshot annotated = rig.source("v1", "").look();
    assertThat(annotated.revision()).isEqualTo(commit);
    assertThat(annotated.ref()).isEqualTo("refs/tags/v1");
    assertThat(rig.source("light", "").look().revision()).isEqualTo(commit);
    assertThat(rig.source("refs/tags/v1", "").look().revision()).isEqualTo(commit);
    String branch = rig.write("b", "b").push("v1");
    assertThat(rig.source("v1", "").look().revision()).isEqualTo(branch);
    assertThat(rig.source("refs/tags/v1", "").look().revision()).isEqualTo(commit);
  }

  @Test
  void aBranchWhoseNameEndsLikeTheWantedOneIsNotTaken() {
    rig.push("feature/main");
    assertThatThrownBy(() -> rig.source("main", "").look()).isInstanceOf(SourceException.class);
  }

  @Test
  void aTagOfSomethingElseThanACommitIsRefused() {
    rig.push("main");
    String blob = rig.git(rig.work, "hash-object", "-w", "README.md");
    rig.git(rig.work, "push", "-q", "origin", blob + ":refs/tags/blob");
    assertThatThrownBy(() -> rig.source("blob", "").look()).isInstanceOf(SourceException.class);
  }

  @Test
  void aRepositoryOfSha256NamesWorksAsWell(@TempDir Path other) {
    GitRig modern = new GitRig(other, "sha256");
    String commit = modern.write("a", "b").push("main");
    assertThat(commit).hasSize(64);
    Snapshot snapshot = modern.source("main", "").look();
    assertThat(snapshot.revision()).isEqualTo(commit);
    assertThat(text(snapshot.tree(), "a")).isEqualTo("b");
  }

  @Test
  void theTreeHoldsRegularFilesOnlyWithTheirHashes() throws IOException {
    rig.write("conf/app.conf", "x").write("conf/run.sh", "#!/bin/sh");
    assertThat(rig.work.resolve("conf/run.sh").toFile().setExecutable(true)).isTrue();
    Files.createSymbolicLink(rig.work.resolve("conf/link"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(rig.work.resolve("folder"), Path.of("conf"));
    rig.git(rig.work, "update-index", "--add", "--cacheinfo", "160000," + "1".repeat(40) + ",sub");
    rig.git(rig.work, "commit", "-q", "-m", "a submodule");
    rig.push("main");
    SourceTree tree = rig.source("main", "").look().tree();
    assertThat(tree.under("conf"))
        .containsExactly(
            java.util.Map.entry("app.conf", new Tracked(Hashes.sha256(bytes("x")), false)),
            java.util.Map.entry("run.sh", new Tracked(Hashes.sha256(bytes("#!/bin/sh")), true)));
    assertThat(tree.under(""))
        .containsKeys("README.md", "conf/app.conf")
        .doesNotContainKeys("sub", "folder", "conf/link");
    assertThat(tree.under("con")).isEmpty();
    assertThat(tree.file("conf/link")).isEmpty();
    assertThat(tree.file("conf")).isEmpty();
    assertThat(tree.file("sub")).isEmpty();
  }

  @Test
  void aSymbolicLinkIsNotTheAppsFolder() throws IOException {
    Files.createSymbolicLink(rig.work.resolve("link"), Path.of("production"));
    rig.push("main");
    assertThatThrownBy(() -> rig.source("main", "link").look())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("could not find the folder 'link'")
        .hasMessageContaining("source.git.path");
  }

  @Test
  void namesThatAreNotTextAreLeftOut() {
    rig.write("ok", "1");
    String blob = rig.git(rig.work, "hash-object", "-w", "ok");
    rig.run(
        rig.work,
        List.of(
            "sh",
            "-c",
            "printf '100644 blob "
                + blob
                + "\\tline\\nbreak\\000100644 blob "
                + blob
                + "\\tbad\\377utf8\\000100644 blob "
                + blob
                + "\\tgr\\303\\274n\\000' | git update-index --add -z --index-info && git commit"
                + " -qm odd"));
    rig.git(rig.work, "push", "-q", "--force", "origin", "HEAD:refs/heads/main");
    assertThat(rig.source("main", "").look().tree().under("").keySet())
        .contains("grün")
        .noneMatch(name -> name.contains("break") || name.contains("utf8"));
  }

  @Test
  void aFileThatIsTooLargeForAConfigurationIsRefusedOnlyWhereItIsAskedFor() {
    rig.write("big/blob", "x".repeat(GitTree.MAX_FILE + 1)).push("main");
    SourceTree tree = rig.source("main", "").look().tree();
    assertThat(text(tree, "README.md")).isEqualTo("x");
    assertThatThrownBy(() -> tree.file("big/blob"))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("4 MiB")
        .hasMessageContaining("MiB");
    assertThatThrownBy(() -> tree.under("big")).isInstanceOf(SourceException.class);
  }

  @Test
  void F23_whatAKilledGitLeftBehindIsRemoved() throws IOException {
    rig.push("main");
    rig.source("main", "").look();
    Path repository = rig.state.resolve("repository.git");
    for (String left :
        List.of(
            "shallow.lock",
            "index.lock",
            "config.lock",
            "packed-refs.lock",
            "refs/holdfast/current.lock",
            "refs/holdfast/next.lock",
            "objects/pack/tmp_pack_Ab12")) {
      Files.writeString(repository.resolve(left), "");
    }
    Files.createDirectories(repository.resolve("objects/tmp_objdir-incoming-x/pack"));
    Path same = Files.createFile(repository.resolve("not-made-anew"));
    String commit = rig.write("new", "1").push("main");
    assertThat(rig.source("main", "").look().revision()).isEqualTo(commit);
    assertThat(same).exists();
    try (var files = Files.walk(repository)) {
      assertThat(files.map(Path::toString))
          .noneMatch(name -> name.endsWith(".lock") || name.contains("tmp_"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "config", "objects", "refs", "shallow"})
  void aDamagedCopyIsFetchedAnew(String damaged) throws IOException {
    String commit = rig.push("main");
    rig.source("main", "").look();
    Path victim = rig.state.resolve("repository.git").resolve(damaged);
    Folders.delete(victim);
    Files.writeString(victim, "garbage\0garbage");
    Snapshot snapshot = rig.source("main", "").look();
    assertThat(snapshot.revision()).isEqualTo(commit);
    assertThat(text(snapshot.tree(), "README.md")).isEqualTo("x");
    String next = rig.write("new", "1").push("main");
    assertThat(rig.source("main", "").look().revision()).isEqualTo(next);
  }

  @Test
  void aDamagedFileIsAnErrorAndThenFetchedAnew() throws IOException {
    rig.push("main");
    GitSource source = rig.source("main", "");
    SourceTree tree = source.look().tree();
    emptyAllObjectsOf(rig.state.resolve("repository.git/objects"));
    assertThatThrownBy(() -> tree.file("README.md"))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("could not read 'README.md'");
    assertThat(text(source.look().tree(), "README.md")).isEqualTo("x");
  }

  private static void emptyAllObjectsOf(Path objects) throws IOException {
    try (var files = Files.walk(objects)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
        Files.writeString(file, "");
      }
    }
  }

  @Test
  void theLocalCopyDoesNotGrowWithoutEnd() throws IOException {
    GitSource source = rig.source("main", "");
    for (int i = 0; i < 60; i++) {
      rig.write("a/b/c/d/e/f/g/h/i/j/k/l/file", "change " + i).push("main");
      assertThat(text(source.look().tree(), "a/b/c/d/e/f/g/h/i/j/k/l/file"))
          .isEqualTo("change " + i);
    }
    Path objects = rig.state.resolve("repository.git/objects");
    // 60 commits are 900 loose objects, or 60 packs of at least two files.
    assertThat(Folders.countFiles(objects.resolve("pack"), 10_000)).isLessThan(60);
    assertThat(Folders.countFiles(objects, 10_000)).isLessThan(600);
  }

  @Test
  void theServerGoneIsAnErrorThatSaysSo() {
    rig.push("main");
    GitSource source = rig.source("main", "");
    source.look();
    rig.bare.toFile().renameTo(folder.resolve("away").toFile());
    assertThatThrownBy(source::look)
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("could not look at main")
        .hasMessageContaining("check the url");
  }

  @ParameterizedTest
  @CsvSource({"refs/heads/main", "main", "HEAD"})
  void nothingOfTheRepositoryIsRunOnTheServer(String ref) throws IOException {
    Path proof = folder.resolve("ran");
    Path hook = rig.bare.resolve("hooks/post-checkout");
    Files.createDirectories(hook.getParent());
    Files.writeString(hook, "#!/bin/sh\ntouch " + proof);
    assertThat(hook.toFile().setExecutable(true)).isTrue();
    rig.write(".gitattributes", "* filter=evil diff=evil\n")
        .write(
            ".gitmodules", "[submodule \"x\"]\n path = x\n url = ext::sh -c touch% " + proof + "\n")
        .push("main");
    rig.source(ref, "").look().tree().under("");
    assertThat(proof).doesNotExist();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(SourceTree tree, String path) {
    return new String(tree.file(path).orElseThrow(), StandardCharsets.UTF_8);
  }
}
