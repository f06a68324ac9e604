package dev.holdfast.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures that users of comparable systems reported, by their numbers. */
class FailuresTest {
  private static String value(LoadRequest request) {
    return Objects.requireNonNull(
        Objects.requireNonNull(Loading.loaded(request).services().get("api"))
            .container()
            .environment()
            .values()
            .get("PASSWORD"));
  }

  private static final String SERVICE = "services:\n  api:\n    image: a:1\n";

  /** A value that comes out of a variable is no template: nothing in it is replaced again. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "P@$$w0rd",
        "secret$HOME",
        "${HOME}",
        "a#b",
        "a # b",
        "it's \"quoted\"",
        " spaces ",
        "line\nbreak",
        "größe",
        "a=b=c",
        "back\\slash",
        "$(id)",
        "`id`",
        "%s",
        "!reset",
        "*star"
      })
  void f34AVariablesValueReachesTheContainerByteForByte(String password) {
    LoadRequest request =
        Loading.request(
                SERVICE
                    + "    environment:\n      PASSWORD: ${PASSWORD}\n      HOME: /root\n"
                    + "    env_file: [{ path: a.env, required: false }]\n")
            .withVariables(Map.of("PASSWORD", password, "HOME", "/home/agent"));

    assertThat(value(request)).isEqualTo(password);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"P@$$w0rd", "secret$HOME", "${HOME}", "a#b", "a # b", "it's", "größe", "a=b=c"})
  void f34ARawEnvFileIsTakenByteForByte(String password) {
    LoadRequest request =
        LoadRequest.of(
                "shop",
                Files.compose(SERVICE + "    env_file: [{ path: a.env, format: raw }]\n")
                    .with("a.env", "PASSWORD=" + password + "\n"))
            .withVariables(Map.of("HOME", "/home/agent"));

    assertThat(value(request)).isEqualTo(password);
  }

  @Test
  void f34ADollarThatWouldEatAPartOfASecretIsToldAndTheSecretIsNot() {
    LoadRequest request =
        LoadRequest.of(
            "shop",
            Files.compose(SERVICE + "    env_file: [a.env]\n")
                .with("a.env", "PASSWORD=secret$tail\n"));

    assertThat(Loading.warnings(request))
        .singleElement()
        .asString()
        .startsWith("a.env: the value of PASSWORD uses a variable that is not set")
        .doesNotContain("tail");
  }

  /**
   * What the engine would silently make an empty folder of is refused before anything is touched.
   */
  @Test
  void f62ASecretOrConfigFileThatIsNotThereIsRefusedAndNotMadeAnEmptyFolder() {
    assertThat(
            Loading.problems(
                SERVICE
                    + "    secrets: [s]\n    configs: [c]\n"
                    + "secrets: { s: { file: ./gone } }\nconfigs: { c: { file: ./gone } }\n"))
        .hasSize(2)
        .allSatisfy(
            problem ->
                assertThat(problem)
                    .contains(
                        "file names './gone', which is no file of the source or of the app's"));
  }
}
