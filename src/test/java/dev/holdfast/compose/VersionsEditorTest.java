package dev.holdfast.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionsEditorTest {
  private static String set(
      String text,
      Map<String, String> services,
      @Nullable String version,
      @Nullable String commit) {
    return switch (VersionsEditor.set("versions.yaml", text, services, version, commit)) {
      case VersionsEditor.Result.Edited edited -> edited.text();
      case VersionsEditor.Result.Refused refused ->
          Assertions.fail("refused: " + refused.problems());
    };
  }

  private static String set(String text, Map<String, String> services) {
    return set(text, services, null, null);
  }

  private static String refusal(String text, Map<String, String> services) {
    return switch (VersionsEditor.set("versions.yaml", text, services, null, null)) {
      case VersionsEditor.Result.Edited edited -> Assertions.fail("edited: " + edited.text());
      case VersionsEditor.Result.Refused refused -> refused.problems().toString();
    };
  }

  @Test
  void keepsCommentsOrderAndQuotes() {
    String before =
        """
        # edited by CI
        version: 2026.11.20-3   # for people
        commit: "4f3c2a1b9d0e"

        services:
          web: '1.4.2' # the shop
          # the API follows
          api: "1.4.2"
          worker: ^1.4
        # end
        """;

    assertThat(set(before, Map.of("api", "1.4.3", "web", "1.4.3"), "2026.11.21-1", "aaaa"))
        .isEqualTo(
            """
            # edited by CI
            version: 2026.11.21-1   # for people
            commit: "aaaa"

            services:
              web: '1.4.3' # the shop
              # the API follows
              api: "1.4.3"
              worker: ^1.4
            # end
            """);
  }

  @Test
  void addsWhatIsMissingInTheStyleOfItsSurroundings() {
    assertThat(set("services:\n    api: 1.4.2 # a\n# end\n", Map.of("web", "1.4.3")))
        .isEqualTo("services:\n    api: 1.4.2 # a\n    web: 1.4.3\n# end\n");
    assertThat(set("services: {api: 1.4.2}\n", Map.of("web", "1.4.3")))
        .isEqualTo("services: {api: 1.4.2, web: 1.4.3}\n");
    assertThat(set("services: {}\n", Map.of("web", "1.4.3"))).isEqualTo("services: {web: 1.4.3}\n");
    assertThat(set("{services: {api: 1.4.2,}}", Map.of("web", "1.4.3"), "v7", null))
        .isEqualTo("{services: {api: 1.4.2, web: 1.4.3,}, version: v7}");
    assertThat(set("{}", Map.of("web", "1.4.3"))).isEqualTo("{services: {web: 1.4.3}}");
    assertThat(
            set("services: {\n  api: 1.4.2, # old\n  web: 1.4.2 # x\n}\n", Map.of("job", "1.4.3")))
        .isEqualTo("services: {\n  api: 1.4.2, # old\n  web: 1.4.2, job: 1.4.3 # x\n}\n");
    assertThat(set("version: v1\n", Map.of("api", "1.4.3")))
        .isEqualTo("version: v1\nservices:\n  api: 1.4.3\n");
    assertThat(set("services:\n", Map.of("api", "1.4.3"))).isEqualTo("services:\n  api: 1.4.3\n");
    assertThat(set("services: # none yet\n", Map.of("api", "1.4.3")))
        .isEqualTo("services: # none yet\n  api: 1.4.3\n");
    assertThat(set("services:\n  api:\n  web: a\n", Map.of("api", "1.4.3")))
        .isEqualTo("services:\n  api: 1.4.3\n  web: a\n");
  }

  @Test
  void putsVersionAndCommitOnTop() {
    assertThat(set("# head\nservices:\n  api: 1.4.2\n", Map.of(), "v8", "abc"))
        .isEqualTo("# head\nversion: v8\ncommit: abc\nservices:\n  api: 1.4.2\n");
  }

  @Test
  void startsANewFile() {
    assertThat(set("", Map.of("api", "1.4.3", "web", "main"), "v8", "abc"))
        .isEqualTo("version: v8\ncommit: abc\nservices:\n  api: 1.4.3\n  web: main\n");
    assertThat(set("# only a comment", Map.of("api", "1.4.3")))
        .isEqualTo("# only a comment\nservices:\n  api: 1.4.3\n");
  }

  @Test
  void keepsLineEndsByteOrderMarkAndAMissingLastNewline() {
    assertThat(set("services:\r\n  api: 1.4.2\r\n", Map.of("api", "1.4.3", "web", "1.4.3")))
        .isEqualTo("services:\r\n  api: 1.4.3\r\n  web: 1.4.3\r\n");
    assertThat(set("\uFEFFservices:\n  api: 1.4.2", Map.of("api", "1.4.3")))
        .isEqualTo("\uFEFFservices:\n  api: 1.4.3");
    assertThat(set("services:\n  api: 1.4.2", Map.of("web", "1.4.3")))
        .isEqualTo("services:\n  api: 1.4.2\n  web: 1.4.3\n");
    assertThat(set("# ünïcode 😀\nservices:\n  api: 1.4.2 # 😀\n", Map.of("api", "1.4.3")))
        .isEqualTo("# ünïcode 😀\nservices:\n  api: 1.4.3 # 😀\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.10",
        "022",
        "1e3",
        "0x1F",
        "true",
        "no",
        "null",
        "2026-11-20",
        "1_000",
        ">=1.4 <2",
        "*"
      })
  void quotesWhatAnotherReaderWouldTakeForSomethingElse(String version) {
    assertThat(set("services:\n  api: 1.4.2\n", Map.of("api", version)))
        .isEqualTo("services:\n  api: \"" + version + "\"\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.4.2",
        "^1.4",
        "~1.4.2",
        "main",
        "1.x",
        "ghcr.io/acme/jobs:1.4.2",
        "localhost:5000/jobs:1",
        "v2"
      })
  void leavesPlainWhatEveryReaderTakesForText(String version) {
    assertThat(set("services:\n  api: old\n", Map.of("api", version)))
        .isEqualTo("services:\n  api: " + version + "\n");
  }

  @Test
  void refusesWhatItCannotEditSafely() {
    assertThat(refusal("services:\n  web: &v 1.4.2\n  api: *v\n", Map.of("api", "1.4.3")))
        .contains("the value of 'api' is an alias, an anchor, a block or a list");
    assertThat(refusal("services:\n  web: &v 1.4.2\n  api: *v\n", Map.of("web", "1.4.3")))
        .contains("cannot be edited safely");
    assertThat(refusal("services: [api]\n", Map.of("api", "1.4.3")))
        .contains("cannot be edited safely");
    assertThat(refusal("- api\n", Map.of("api", "1.4.3"))).contains("is not a map");
    assertThat(refusal("services:\n  api: |\n    1.4.2\n", Map.of("api", "1.4.3")))
        .contains("cannot be edited safely");
    assertThat(refusal("services: {api: 1\n", Map.of("api", "1.4.3"))).contains("is not YAML");
    assertThat(refusal("services:\n  api: 1\n  web: [1]\n", Map.of("api", "1.4.3")))
        .contains("services.web must be");
    assertThat(refusal("", Map.of("api", "not a version!")))
        .contains("'not a version!' of api: is not a range of versions");
    assertThat(refusal("", Map.of("a: b", "1"))).contains("is no name of a service");
    assertThat(refusal("", Map.of("api", "1\n2"))).contains("versions.yaml");
  }

  @Test
  void changesNothingElseWhenDoneTwice() {
    String once = set("services: {a: 1.0.0}\n", Map.of("a", "1.0.1", "b", "2.0.0"), "v2", "c2");

    assertThat(set(once, Map.of("a", "1.0.1", "b", "2.0.0"), "v2", "c2")).isEqualTo(once);
  }

  @Test
  void takesAVersionAndACommitOfOneShortLine() {
    String longest = "v".repeat(512);

    assertThat(set("", Map.of(), longest, null)).isEqualTo("version: " + longest + "\n");
    for (String text : new String[] {longest + "v", " ", "", "a\nb"}) {
      assertThat(VersionsEditor.set("v.yaml", "", Map.of("api", "1"), text, null))
          .isInstanceOf(VersionsEditor.Result.Refused.class);
      assertThat(VersionsEditor.set("v.yaml", "", Map.of("api", "1"), null, text).toString())
          .contains("a version and a commit must be one short line of text");
    }
  }
}
