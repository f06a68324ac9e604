package dev.holdfast.compose;

import static dev.holdfast.compose.Loading.api;
import static dev.holdfast.compose.Loading.loaded;
import static dev.holdfast.compose.Loading.problems;
import static dev.holdfast.compose.Loading.service;
import static dev.holdfast.compose.Loading.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {
  private static Map<String, String> environment(LoadRequest request) {
    return loaded(request).services().get("api").container().environment().values();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "1.10|1.1",
        "022|18",
        "true|true",
        "True|true",
        "FALSE|false",
        "1e3|1000",
        "1e21|1e+21",
        "1e20|1e+20",
        "1e6|1e+06",
        "-1234567.5|-1.2345675e+06",
        "123456.5|123456.5",
        "0.00001|1e-05",
        "0.0001|0.0001",
        "0x1F|31",
        "0o17|15",
        "0b101|5",
        "1_000|1000",
        "-7|-7",
        "+7|7",
        "08|8",
        "010|8",
        ".5|0.5",
        "-.5|-0.5",
        "1.|1",
        "-0.0|-0",
        ".inf|+Inf",
        "-.INF|-Inf",
        ".nan|NaN",
        "12345678901234567890|12345678901234567890",
        "123456789012345678901234|1.2345678901234569e+23",
        "-9223372036854775808|-9223372036854775808",
        "-9223372036854775809|-9.223372036854776e+18",
        "18446744073709551615|18446744073709551615",
        "18446744073709551616|1.8446744073709552e+19",
        "1.5E-7|1.5e-07",
        "yes|yes",
        "no|no",
        "on|on",
        "off|off",
        "y|y",
        "12:34|12:34",
        "2026-11-20|2026-11-20",
        "1.2.3|1.2.3",
        "1e999|1e999",
        "0x|0x",
        "09a|09a",
        "_1|_1",
        "\"1.10\"|1.10",
        "'022'|022",
        "\"true\"|true",
        "!!str 1.10|1.10",
        "a b|a b",
        "'~'|~",
        "''|##"
      })
  void writesNumbersAndBooleansAsComposeDoes(String yaml, String value) {
    assertThat(api("environment:\n  K: " + yaml).container().environment().values())
        .containsEntry("K", value);
  }

  @Test
  void keepsListItemsAndInterpolatedTextAsTheyAre() {
    assertThat(api("environment: [A=1.10, B=022, 'C=', D=a=b]").container().environment().values())
        .containsExactlyInAnyOrderEntriesOf(Map.of("A", "1.10", "B", "022", "C", "", "D", "a=b"));
    assertThat(
            api("environment:\n  A: ${V}\n  B: $$1", Map.of("V", "1.10"))
                .container()
                .environment()
                .values())
        .containsExactlyInAnyOrderEntriesOf(Map.of("A", "1.10", "B", "$1"));
  }

  @Test
  void passesAKeyWithoutAValueThroughOrLeavesItUnset() {
    Map<String, String> variables = Map.of("SET", "x", "EMPTY", "");

    assertThat(
            api("environment: {SET: , EMPTY: ~, NONE: null}", variables)
                .container()
                .environment()
                .values())
        .containsExactlyInAnyOrderEntriesOf(variables);
    assertThat(api("environment: [SET, EMPTY, NONE]", variables).container().environment().values())
        .containsExactlyInAnyOrderEntriesOf(variables);
  }

  @Test
  void letsEnvironmentBeatEnvFilesAndLaterFilesBeatEarlierOnes() {
    Files tree =
        Files.compose(
                service(
                    "env_file: [one.env, ./conf/two.env]\nenvironment: {C: own, EMPTY: '', P: }"))
            .with("one.env", "A=1\nB=1\nC=1\nEMPTY=1\nP=1\n")
            .with("conf/two.env", "B=2\nD=$C-$OUT-$A\n");

    assertThat(environment(LoadRequest.of("shop", tree).withVariables(Map.of("OUT", "o"))))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("A", "1", "B", "2", "C", "own", "EMPTY", "", "D", "own-o-"));
  }

  @Test
  void readsEnvFilesFromTheServerWhereTheSourceHasNone() {
    LoadRequest request =
        Loading.request(
                service(
                    "env_file:\n"
                        + "  - .env\n"
                        + "  - {path: missing.env, required: false}\n"
                        + "  - {path: raw.env, format: raw}"))
            .withServerFiles(
                path ->
                    Optional.ofNullable(
                            Map.of(".env", "A=$B\nB=2\n", "raw.env", "R='$A'\n").get(path))
                        .map(text -> text.getBytes(StandardCharsets.UTF_8)));

    assertThat(environment(request))
        .containsExactlyInAnyOrderEntriesOf(Map.of("A", "2", "B", "2", "R", "'$A'"));
  }

  @Test
  void refusesAnEnvFileThatIsNowhereOrOutside() {
    assertThat(problems(service("env_file: prod.env")))
        .singleElement()
        .asString()
        .startsWith(
            "compose.yaml:4:15: services.api.env_file names 'prod.env', which lies neither");
    assertThat(problems(service("env_file: ../prod.env")))
        .singleElement()
        .asString()
        .contains("outside of the app's folder");
    assertThat(problems(service("env_file: ~/prod.env")))
        .singleElement()
        .asString()
        .contains("outside of the app's folder");
    assertThat(problems(service("env_file: /etc/shadow")))
        .singleElement()
        .asString()
        .contains("add to apps.shop in agent.yaml: allow-paths: [/etc/shadow]");
  }

  @Test
  void readsAnAbsoluteEnvFileThatAgentYamlAllows() {
    LoadRequest request =
        Loading.request(service("env_file: /etc/shop/api.env"))
            .withPermissions(new Permissions(Set.of(), List.of("/etc/shop"), List.of("*")))
            .withServerFiles(
                path ->
                    path.equals("/etc/shop/api.env")
                        ? Optional.of("A=1".getBytes(StandardCharsets.UTF_8))
                        : Optional.empty());

    assertThat(environment(request)).containsExactly(Map.entry("A", "1"));
  }

  @Test
  void interpolatesFromVariablesThenTheServersDotEnvThenTheTrackedOne() {
    Files tree =
        Files.compose(service("environment: {A: $A, B: $B, C: $C}"))
            .with(".env", "A=tracked\nB=tracked\nC=tracked\n");
    LoadRequest request =
        LoadRequest.of("shop", tree)
            .withVariables(Map.of("A", "agent"))
            .withServerFiles(
                path ->
                    path.equals(".env")
                        ? Optional.of("A=server\nB=server\n".getBytes(StandardCharsets.UTF_8))
                        : Optional.empty());

    assertThat(environment(request))
        .containsExactlyInAnyOrderEntriesOf(Map.of("A", "agent", "B", "server", "C", "tracked"));
  }

  @Test
  void neverFeedsInterpolationFromAnEnvFile() {
    LoadRequest request =
        LoadRequest.of(
            "shop",
            Files.compose(service("env_file: a.env\nenvironment: {X: \"${A}\"}"))
                .with("a.env", "A=1\n"));

    assertThat(environment(request)).containsEntry("X", "").containsEntry("A", "1");
    assertThat(warnings(request)).singleElement().asString().contains("the variable A is not set");
  }

  @Test
  void tellsFaultsWithTheirPlaceAndWithoutValues() {
    Files tree =
        Files.compose(service("env_file: a.env\nenvironment:\n  K: {nested: s3cret}\n  '': s3cret"))
            .with("a.env", "A=1\nno name=s3cret\n");

    assertThat(problems(LoadRequest.of("shop", tree)))
        .satisfiesExactlyInAnyOrder(
            problem ->
                assertThat(problem).startsWith("a.env:2:1: does not start with a variable name"),
            problem ->
                assertThat(problem)
                    .startsWith(
                        "compose.yaml:6:10: services.api.environment.K must be a single value"),
            problem ->
                assertThat(problem)
                    .startsWith(
                        "compose.yaml:7:11: services.api.environment has an entry without a usable"
                            + " variable name"))
        .noneMatch(problem -> problem.contains("s3cret"));
  }

  @Test
  void readsAFileThatIsNamedTwiceWhereItIsNamedLast() {
    Files tree =
        Files.compose(service("env_file: [one.env, two.env, {path: one.env}]"))
            .with("one.env", "A=1\n")
            .with("two.env", "A=2\n");

    assertThat(environment(LoadRequest.of("shop", tree))).containsEntry("A", "1");
  }

  @Test
  void readsFiftyEnvFilesAndRefusesMore() {
    String fifty =
        "env_file:\n"
            + IntStream.range(0, 50)
                .mapToObj(i -> "  - {path: %d.env, required: false}\n".formatted(i))
                .collect(Collectors.joining());

    assertThat(api(fifty).container().environment().values()).isEmpty();
    assertThat(problems(service(fifty + "  - last.env\n")))
        .singleElement()
        .asString()
        .contains("services.api.env_file names more than 50 files");
  }

  @Test
  void passesAKeyAloneInARawFileThrough() {
    Files tree =
        Files.compose(service("env_file: [{path: raw.env, format: raw}]"))
            .with("raw.env", "OUT\nNONE\n");

    assertThat(environment(LoadRequest.of("shop", tree).withVariables(Map.of("OUT", "o"))))
        .containsExactly(Map.entry("OUT", "o"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "env_file: ['']|env_file names no file",
        "env_file: [[a.env]]|env_file must be a map",
        "env_file: [{required: false}]|env_file.path is missing; name the env file",
        "env_file: [{path: a.env, format: json}]|env_file.format must be 'raw' or missing",
        "env_file: [{path: a.env, formt: raw}]|env_file.formt is not a known key",
        "environment: [[A]]|environment takes items of the form KEY=value",
        "environment: ['=x']|an entry without a usable variable name",
        "environment: {'=A': x}|an entry without a usable variable name",
        "environment: {'A=B': x}|an entry without a usable variable name",
        "environment: {\"\\0A\": x}|an entry without a usable variable name",
        "environment: {A: \"\\0\"}|an entry without a usable variable name"
      })
  void refusesWhatIsNeitherAFileNorAVariable(String lines, String reason) {
    Files tree = Files.compose(service(lines)).with("a.env", "A=1\n");

    assertThat(problems(LoadRequest.of("shop", tree))).singleElement().asString().contains(reason);
  }

  @Test
  void warnsAwayFromTheServerOfAFileThatOnlyTheServerHas() {
    LoadRequest request = Loading.request(service("env_file: prod.env")).awayFromServer();

    assertThat(environment(request)).isEmpty();
    assertThat(warnings(request))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:4:15: services.api.env_file names 'prod.env'")
        .contains("cannot be checked here");
  }
}
