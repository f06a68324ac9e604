package dev.holdfast.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.compose.VersionWish.Image;
import dev.holdfast.compose.VersionWish.Pinned;
import dev.holdfast.compose.VersionWish.Range;
import dev.holdfast.compose.VersionWish.Tag;
import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionsFileTest {
  private static final String HEX = "0123456789abcdef".repeat(4);
  private static final Digest DIGEST = new Digest("sha256:" + HEX);

  private static VersionsFile.Result read(String text) {
    return VersionsFile.parse("versions.yaml", text.getBytes(StandardCharsets.UTF_8));
  }

  private static VersionsFile parsed(String text) {
    return switch (read(text)) {
      case VersionsFile.Result.Parsed parsed -> parsed.versions();
      case VersionsFile.Result.Refused refused -> Assertions.fail("refused: " + refused.problems());
    };
  }

  private static List<String> problems(String text) {
    return switch (read(text)) {
      case VersionsFile.Result.Parsed parsed -> Assertions.fail("parsed: " + parsed.versions());
      case VersionsFile.Result.Refused refused ->
          refused.problems().stream().map(Problem::toString).toList();
    };
  }

  @Test
  void tellsTheKindsApartByTheirTextAlone() {
    VersionsFile file =
        parsed(
            """
            version: 2026.11.20-3
            commit: 4f3c2a1b9d0e
            services:
              api: 1.4.2
              web: 1.4.2@sha256:%1$s
              bare: sha256:%1$s
              worker: ^1.4
              x: 1.x
              hyphen: 1.2 - 1.4
              either: "1.2.7 || >=1.2.9 <2.0.0"
              docs: main
              calendar: 2026.11
              jobs: ghcr.io/acme/jobs:1.4.2
              local: registry.lan:5000/jobs
              pinned: ghcr.io/acme/jobs@sha256:%1$s
            """
                .formatted(HEX));

    assertThat(file.version()).isEqualTo("2026.11.20-3");
    assertThat(file.commit()).isEqualTo("4f3c2a1b9d0e");
    assertThat(wish(file, "api")).isEqualTo(new Tag("1.4.2"));
    assertThat(wish(file, "web")).isEqualTo(new Pinned("1.4.2", DIGEST));
    assertThat(wish(file, "bare")).isEqualTo(new Pinned(null, DIGEST));
    assertThat(wish(file, "worker")).isEqualTo(new Range("^1.4"));
    assertThat(wish(file, "x")).isEqualTo(new Range("1.x"));
    assertThat(wish(file, "hyphen")).isEqualTo(new Range("1.2 - 1.4"));
    assertThat(wish(file, "either")).isEqualTo(new Range("1.2.7 || >=1.2.9 <2.0.0"));
    assertThat(wish(file, "docs")).isEqualTo(new Tag("main"));
    assertThat(wish(file, "calendar")).isEqualTo(new Tag("2026.11"));
    assertThat(wish(file, "jobs"))
        .isEqualTo(new Image(ImageReference.parse("ghcr.io/acme/jobs:1.4.2")));
    assertThat(wish(file, "local"))
        .isEqualTo(new Image(ImageReference.parse("registry.lan:5000/jobs")));
    assertThat(wish(file, "pinned"))
        .isEqualTo(new Image(ImageReference.parse("ghcr.io/acme/jobs@sha256:" + HEX)));
  }

  private static VersionWish wish(VersionsFile file, String service) {
    return file.services().get(service).wish();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.10", "1e3", "0x1F", "022", "true", "1_000", "2026-11-20", "4f3c2a1"})
  void keepsEveryValueAsItIsWritten(String text) {
    VersionsFile file = parsed("version: " + text + "\nservices:\n  api: " + text + "\n");

    assertThat(file.version()).isEqualTo(text);
    assertThat(wish(file, "api")).isEqualTo(new Tag(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "# nothing\n",
        "null\n",
        "services:\n",
        "services: ~\n",
        "services:\n  api:\n",
        "services:\n  ap",
        "services: {api: 1.4",
        "- a\n",
        "text",
        "\u0000",
        "services:\n\tapi: 1\n"
      })
  void takesAHalfWrittenFileForAProblemAndNeverForNothing(String text) {
    assertThat(problems(text))
        .isNotEmpty()
        .allMatch(problem -> problem.startsWith("versions.yaml:"));
  }

  @Test
  void acceptsAFileThatNamesNoService() {
    assertThat(parsed("services: {}\n").services()).isEmpty();
    assertThat(parsed("version: 1\n").services()).isEmpty();
  }

  @Test
  void tellsWhereAndWhy() {
    assertThat(problems("version: 1\nservces: {}\n"))
        .containsExactly(
            "versions.yaml:2:1: servces is not a known key; did you mean 'services'?; keys of your"
                + " own start with x-");
    assertThat(problems("services:\n  api: [1]\n"))
        .containsExactly(
            "versions.yaml:2:3: services.api must be a tag, a digest, a range of versions or an"
                + " image");
    assertThat(problems("services:\n  api: 1@sha256:12\n"))
        .singleElement()
        .asString()
        .startsWith(
            "versions.yaml:2:8: services.api '1@sha256:12' has a digest that is not sha256:");
    assertThat(problems("services:\n  api: ^abc\n"))
        .singleElement()
        .asString()
        .contains("is not a range of versions that can be read");
    assertThat(problems("services:\n  api: Foo/Bar:1\n"))
        .singleElement()
        .asString()
        .contains("is not a usable image");
    assertThat(problems("services:\n  api: 1\n  api: 2\n"))
        .singleElement()
        .asString()
        .startsWith("versions.yaml:3:3: the key 'api' stands here twice");
  }

  @Test
  void refusesBytesThatAreNotText() {
    assertThat(
            VersionsFile.parse(
                "v.yaml", new byte[] {'a', ':', ' ', '\n', (byte) 0xC3, (byte) 0x28}))
        .isInstanceOfSatisfying(
            VersionsFile.Result.Refused.class,
            refused ->
                assertThat(refused.problems().toString()).contains("v.yaml:2:1: is not UTF-8"));
  }

  @Test
  void namesTheReleaseByOneShortLine() {
    String longest = "v".repeat(512);

    assertThat(parsed("version: " + longest + "\n").version()).isEqualTo(longest);
    assertThat(problems("version: " + longest + "v\n"))
        .containsExactly("versions.yaml:1:10: version must be one short line");
    assertThat(problems("commit: \"a\\tb\"\n"))
        .containsExactly("versions.yaml:1:9: commit must be one short line");
  }
}
