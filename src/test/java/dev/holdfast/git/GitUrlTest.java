package dev.holdfast.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitUrlTest {
  @ParameterizedTest
  @CsvSource({
    "https://git.example.com/acme/x.git, HTTPS, https://git.example.com/acme/x.git",
    "HTTPS://git.example.com:8443/x, HTTPS, https://git.example.com:8443/x",
    "https://me@git.example.com/x, HTTPS, https://git.example.com/x",
    "http://127.0.0.1:80/x, HTTP, http://127.0.0.1:80/x",
    "ssh://git@git.example.com:22/srv/x.git, SSH, ssh://git@git.example.com:22/srv/x.git",
    "git@github.com:acme/x.git, SSH, git@github.com:acme/x.git",
    "git://git.example.com/x, GIT, git://git.example.com/x",
    "git://[::1]:9418/x, GIT, git://[::1]:9418/x",
    "file:///srv/git/x.git, FILE, file:///srv/git/x.git",
    "/srv/git/x.git, FILE, file:///srv/git/x.git",
  })
  void fiveProtocolsAreSpoken(String text, GitUrl.Protocol protocol, String address) {
    GitUrl url = GitUrl.parse(text);
    assertThat(url.protocol()).isEqualTo(protocol);
    assertThat(url.address()).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ext::sh -c id",
        "ext::sh",
        "ext://x/y",
        "fd::7",
        "--upload-pack=id",
        "-x@host:path",
        "ssh://-oProxyCommand=id/x",
        "ssh://-l@host/x",
        "ssh://git@-host/x",
        "git@host:-x",
        "git@-host:x",
        "-u:x",
        "host",
        "relative/path",
        "file://host/x",
        "file://../x",
        "https:///x",
        "https://host",
        "https://host/",
        "https://host name/x",
        "https://host/x\ny",
        "ftp://host/x",
        "git@host::x",
        "https://hö.st/x",
      })
  void everythingElseIsRefused(String text) {
    assertThatThrownBy(() -> GitUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot use the git address");
  }

  @Test
  void aPasswordInTheAddressIsTakenOutAndNeverShown() {
    GitUrl url = GitUrl.parse("https://me:s3%40cr3t+x@git.example.com/x.git");
    assertThat(url.address()).isEqualTo("https://git.example.com/x.git");
    assertThat(url.username()).isEqualTo("me");
    assertThat(url.password()).isEqualTo("s3@cr3t+x");
    assertThat(url.toString()).doesNotContain("s3");
    assertThatThrownBy(() -> GitUrl.parse("ftp://me:s3cr3t@host/x"))
        .hasMessageNotContaining("s3cr3t");
    assertThatThrownBy(() -> GitUrl.parse("https://me:s3@cr3t@host/x y"))
        .hasMessageNotContaining("cr3t");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-x", "--upload-pack=id", "a..b", "a b", "a\nb", "a:b", "a^", "a~1", "a*", "a?", "a[",
        "a\\b", "/a", "a/", "a//b", "a.", ".a", "a/.b", "a.lock", "a.lock/b", "a@{0}", "@", "ä"
      })
  void aRefIsAnOrdinaryName(String ref) {
    assertThatThrownBy(() -> new GitRef(ref)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"main", "v1.2.3", "release/2026-11", "refs/heads/main", "a@b", "HEAD", "a+b=c"})
  void ordinaryNamesAreRefs(String ref) {
    assertThat(new GitRef(ref).candidates()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../b", "/etc", "a//b", "a/./b", "a\nb"})
  void theFolderStaysInTheRepository(String path) {
    GitUrl url = GitUrl.parse("/srv/x");
    assertThatThrownBy(() -> new GitSettings(url, "main", path, null, null, null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("path must be a folder");
  }

  @Test
  void sshNeedsAKeyAndTheServersKeys() {
    GitUrl url = GitUrl.parse("git@host:x");
    Path file = Path.of("/etc/holdfast/key");
    assertThatThrownBy(() -> new GitSettings(url, "main", "", null, null, null, file))
        .hasMessageContaining("ssh-key-file");
    assertThatThrownBy(() -> new GitSettings(url, "main", "", null, null, file, null))
        .hasMessageContaining("known-hosts-file");
    Path odd = Path.of("/etc/'; touch /tmp/x; '");
    assertThatThrownBy(() -> new GitSettings(url, "main", "", null, null, odd, file))
        .hasMessageContaining("without quotes");
    assertThat(new GitSettings(url, "main", "./a/b/", null, null, file, file).path())
        .isEqualTo("a/b");
  }

  @Test
  void noPasswordGoesOverPlainHttp() {
    GitUrl far = GitUrl.parse("http://git.example.com/x");
    GitUrl near = GitUrl.parse("http://127.0.0.1:8080/x");
    assertThatThrownBy(() -> new GitSettings(far, "main", "", "me", () -> "pw", null, null))
        .hasMessageContaining("use https");
    assertThat(new GitSettings(near, "main", "", "me", () -> "pw", null, null).path()).isEmpty();
    assertThat(new GitSettings(far, "main", "", null, null, null, null).path()).isEmpty();
  }

  @Test
  void whatARemotePrintsCarriesNoSecretAndNoControl() {
    String printed =
        "remote: \u001b[31mno\u0007\n"
            + "fatal: unable to access 'https://me:tok3n@host/x/': geheim failed";
    String reason = GitProblem.reason(128, printed, java.util.List.of("geheim"));
    assertThat(reason)
        .doesNotContain("tok3n", "geheim", "\u001b", "\n")
        .contains("https://***@host/x");
  }
}
