package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "nginx, docker.io, library/nginx, -, nginx",
        "nginx:1.27, docker.io, library/nginx, 1.27, nginx:1.27",
        "docker.io/nginx, docker.io, library/nginx, -, nginx",
        "docker.io/library/nginx:a, docker.io, library/nginx, a, nginx:a",
        "index.docker.io/acme/api, docker.io, acme/api, -, acme/api",
        "registry-1.docker.io/acme/api, docker.io, acme/api, -, acme/api",
        "acme/api:1, docker.io, acme/api, 1, acme/api:1",
        "acme/team/api, docker.io, acme/team/api, -, acme/team/api",
        "ghcr.io/acme/api, ghcr.io, acme/api, -, ghcr.io/acme/api",
        "ghcr.io/api, ghcr.io, api, -, ghcr.io/api",
        "localhost/api:1, localhost, api, 1, localhost/api:1",
        "localhost:5000/api, localhost:5000, api, -, localhost:5000/api",
        "registry.lan:5000/a/b/c:v1, registry.lan:5000, a/b/c, v1, registry.lan:5000/a/b/c:v1",
        "[::1]:5000/api:1, [::1]:5000, api, 1, [::1]:5000/api:1",
        "MyHost/api, MyHost, api, -, MyHost/api",
        "a__b/c-d--e.f_g, docker.io, a__b/c-d--e.f_g, -, a__b/c-d--e.f_g",
        "x:_.-1, docker.io, library/x, _.-1, x:_.-1",
        "localhost, docker.io, library/localhost, -, localhost",
        "docker.io/library/foo/bar, docker.io, library/foo/bar, -, library/foo/bar",
        "docker.io/evil.example/api, docker.io, evil.example/api, -, docker.io/evil.example/api",
        "docker.io/localhost/api, docker.io, localhost/api, -, docker.io/localhost/api"
      })
  void isReadByTheGrammarOfDistribution(
      String text, String registry, String repository, String tag, String written) {
    ImageReference image = ImageReference.parse(text);

    assertThat(image.registry()).isEqualTo(registry);
    assertThat(image.repository()).isEqualTo(repository);
    assertThat(image.tag()).isEqualTo(tag);
    assertThat(image).hasToString(written);
    assertThat(ImageReference.parse(image.toString())).isEqualTo(image);
    assertThat(ImageReference.parse(image.name() + ":t")).isEqualTo(image.withTag("t"));
  }

  @Test
  void keepsTheTagBesideTheDigest() {
    ImageReference image = ImageReference.parse("ghcr.io/acme/api:1.4.2@sha256:" + HEX);

    assertThat(image.tag()).isEqualTo("1.4.2");
    assertThat(image.pinned()).contains(new Digest("sha256:" + HEX));
    assertThat(image).hasToString("ghcr.io/acme/api:1.4.2@sha256:" + HEX);
    assertThat(image.tagOrLatest()).isEqualTo("1.4.2");
    assertThat(ImageReference.parse("nginx").tagOrLatest()).isEqualTo("latest");
  }

  @Test
  void pinsByDigestAloneAndShowsTheTag() {
    PinnedImage image =
        PinnedImage.of(ImageReference.parse("acme/api:1.4"), new Digest("sha256:" + HEX));

    assertThat(image.pullReference()).isEqualTo("acme/api@sha256:" + HEX);
    assertThat(image.display()).isEqualTo("acme/api:1.4");
    assertThat(ImageReference.parse(image.pullReference()).digest()).isEqualTo(image.digest());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "/",
        ":",
        "@",
        "a:",
        ":a",
        "/a",
        "a/",
        "a//b",
        "UPPER",
        "acme/API",
        "a b",
        "a\tb",
        "a\nb",
        "a:b c",
        "a:-x",
        "a:.x",
        "-a",
        "a-",
        "_a",
        "a_",
        "a._b",
        "a...b",
        "a___b",
        "../a",
        "a/../b",
        "a/./b",
        "http://a/b",
        "a@",
        "a@sha256:",
        "a@sha256:123",
        "a@md5:0123",
        "a@sha512:0",
        "ghcr.io/",
        "ghcr.io//a",
        "-host.x/a",
        "host-:5/a",
        "h.x:port/a",
        "h.x:123456/a",
        "[::1/a",
        "[g::]/a",
        "a\u0000b",
        "a:\u0000",
        "ä",
        "a/ä",
        "$(id)",
        "a;rm -rf",
        "a`id`",
        "--help",
        "a:--privileged",
        "a?x=1",
        "a#b",
        "a%2fb",
        "user:pw@host.x/a",
        "a\u202eb"
      })
  void refusesWhatTheGrammarDoes(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ImageReference.parse(text));
  }

  @Test
  void refusesWhatIsTooLong() {
    ImageReference.parse("a".repeat(255 - "library/".length()) + ":" + "t".repeat(128));

    assertThatIllegalArgumentException().isThrownBy(() -> ImageReference.parse("a".repeat(256)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageReference.parse("a:" + "t".repeat(129)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageReference.parse("a/".repeat(100_000) + "a"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageReference.parse("a-".repeat(100_000)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256:", "SHA256:x", "sha256:0123", " sha256:" + "0", "sha512:"})
  void digestIsNothingElse(String text) {
    assertThat(Digest.parse(text)).isEmpty();
    assertThat(Digest.parse("sha256:" + HEX.toUpperCase(java.util.Locale.ROOT))).isEmpty();
    assertThat(Digest.parse("sha256:" + HEX + "\n")).isEmpty();
    assertThat(Digest.parse("sha256:" + HEX)).isPresent();
  }
}
