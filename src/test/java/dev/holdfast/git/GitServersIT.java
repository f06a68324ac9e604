package dev.holdfast.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.git.Source.Snapshot;
import dev.holdfast.it.WorldScripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against real servers: git-http-backend with and without a password, sshd and git daemon. */
class GitServersIT {
  private static WorldScripts world;
  private static String http;
  private static String basic;
  private static String ssh;
  private static String daemon;
  private static int repositories;
  @TempDir Path folder;
  private String repository;
  private String commit;

  @BeforeAll
  static void start() {
    world = new WorldScripts();
    http = world.run("git.sh", "http", "anonymous", "auto");
    basic = world.run("git.sh", "http", "basic", "auto", "basic");
    ssh = world.run("git.sh", "ssh", "ssh", "auto");
    daemon = world.run("git.sh", "daemon", "daemon", "auto");
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @BeforeEach
  void repository() throws IOException {
    repository = "repo" + repositories++;
    world.run("git.sh", "init", repository);
    commit = push("1");
  }

  private String push(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("content"), content);
    return world.run("git.sh", "commit", repository, "production/compose.yaml=" + file);
  }

  private GitSource source(String server, @Nullable Supplier<String> password) {
    return new GitSource(
        new GitSettings(
            GitUrl.parse(server + "/" + repository + ".git"),
            "main",
            "production",
            password == null ? null : "deploy",
            password,
            null,
            null),
        folder.resolve("state dir"));
  }

  private GitSource overSsh(Path key, Path knownHosts) {
    GitUrl url = GitUrl.parse(ssh + "/" + repository + ".git");
    return new GitSource(
        new GitSettings(url, "main", "production", null, null, key, knownHosts),
        folder.resolve("state dir"));
  }

  private void assertFollows(GitSource source) throws IOException {
    Snapshot first = source.look();
    assertThat(first.revision()).isEqualTo(commit);
    assertThat(GitSourceTest.text(first.tree(), "compose.yaml")).isEqualTo("1");
    assertThat(source.look()).isSameAs(first);
    String next = push("2");
    Snapshot second = source.look();
    assertThat(second.revision()).isEqualTo(next);
    assertThat(GitSourceTest.text(second.tree(), "compose.yaml")).isEqualTo("2");
  }

  @Test
  void aRefIsFollowedOverHttp() throws IOException {
    assertFollows(source(http, null));
  }

  @Test
  void aRefIsFollowedOverHttpWithAPasswordThatLiesNowhere() throws IOException {
    assertFollows(source(basic, () -> "pw-git"));
    try (var files = Files.walk(folder.resolve("state dir"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(
                new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
            .doesNotContain("pw-git");
      }
    }
  }

  @Test
  void aPasswordInTheAddressWorksAsWell() throws IOException {
    assertFollows(source(basic.replace("http://", "http://deploy:pw-git@"), null));
  }

  @Test
  void aWrongPasswordIsAnErrorThatSaysWhatToCheckAndNotThePassword() {
    assertThatThrownBy(() -> source(basic, () -> "wrong-pw").look())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("check username and password-file")
        .hasMessageNotContaining("wrong-pw");
    assertThatThrownBy(() -> source(basic, null).look())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("check username and password-file");
  }

  @Test
  void aRefIsFollowedByGitDaemon() throws IOException {
    assertFollows(source(daemon, null));
  }

  @Test
  void aRefIsFollowedOverSsh() throws IOException {
    Path server = world.folder().resolve("servers/git-ssh");
    assertFollows(overSsh(server.resolve("key"), server.resolve("known_hosts")));
  }

  @Test
  void keyFilesMayLieInAFolderWithSpaces() throws IOException {
    Path server = world.folder().resolve("servers/git-ssh");
    Path odd = Files.createDirectories(folder.resolve("key folder; touch x & (y)"));
    Path key =
        Files.copy(
            server.resolve("key"),
            odd.resolve("the key"),
            java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    Path hosts = Files.copy(server.resolve("known_hosts"), odd.resolve("known hosts"));
    assertFollows(overSsh(key, hosts));
  }

  @Test
  void aServerWhoseKeyIsNotKnownIsNotTrusted() throws IOException {
    Path server = world.folder().resolve("servers/git-ssh");
    Path none = Files.createFile(folder.resolve("known_hosts"));
    assertThatThrownBy(() -> overSsh(server.resolve("key"), none).look())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("known-hosts-file");
  }

  @Test
  void aKeyThatTheServerDoesNotKnowIsRefused() {
    Path server = world.folder().resolve("servers/git-ssh");
    assertThatThrownBy(
            () -> overSsh(server.resolve("host_key"), server.resolve("known_hosts")).look())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("ssh-key-file");
  }

  @Test
  void aRepositoryThatIsNotThereIsAnErrorOverEachProtocol() {
    repository = "nothing";
    Path server = world.folder().resolve("servers/git-ssh");
    for (GitSource source :
        new GitSource[] {
          source(http, null),
          source(daemon, null),
          overSsh(server.resolve("key"), server.resolve("known_hosts"))
        }) {
      assertThatThrownBy(source::look)
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("could not look at main");
    }
  }
}
