package dev.holdfast.compose;

import static dev.holdfast.compose.Loading.loaded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Sequence;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compose Specification, "Merge and override". */
class MergeTest {
  private static String merged(String key, String base, String over) {
    Problems problems = new Problems();
    Mapping below = (Mapping) read(key + ": " + base, problems);
    Mapping above = (Mapping) read(key + ": " + over, problems);
    assertThat(problems.errors()).isEmpty();
    return shown(Objects.requireNonNullElse(Overlay.merge(below, above).get(key), below));
  }

  private static Value read(String text, Problems problems) {
    return Objects.requireNonNull(YamlReader.read("f", text, problems));
  }

  private static String shown(Value value) {
    return switch (value) {
      case Scalar scalar -> scalar.text();
      case Sequence list ->
          list.items().stream().map(MergeTest::shown).collect(Collectors.joining(", ", "[", "]"));
      case Mapping map ->
          map.members().entrySet().stream()
              .map(entry -> entry.getKey() + ": " + shown(entry.getValue().value()))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }

  @ParameterizedTest(name = "{1}: {2} over {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Mappings|deploy|{a: {x: 1, y: 1}}|{a: {y: 2}}|{a: {x: 1, y: 2}}",
        "Mappings|environment|[A=1, B=1]|{B: 2}|{A: 1, B: 2}",
        "Mappings|labels|{a: 1}|[a=2, b]|{a: 2, b: }",
        "Mappings|sysctls|[net.a=1]|[net.a=2]|{net.a: 2}",
        "Mappings|depends_on|[a]|[b]|{a: , b: }",
        "Mappings|networks|[a]|{a: {aliases: [x]}}|{a: {aliases: [x]}}",
        "Mappings|extra_hosts|['a:1.1.1.1']|{a: 2.2.2.2, b: 3.3.3.3}|{a: [1.1.1.1, 2.2.2.2], b:"
            + " [3.3.3.3]}",
        "Sequences|dns|1.1.1.1|[2.2.2.2]|[1.1.1.1, 2.2.2.2]",
        "Sequences|security_opt|[a]|[b]|[a, b]",
        "Shell commands|command|[a, b]|c|c",
        "Shell commands|entrypoint|a|[b]|[b]",
        "Shell commands|healthcheck|{test: [CMD, a], retries: 1}|{test: b}|{test: b, retries: 1}",
        "Logging|logging|{driver: a, options: {x: 1}}|{driver: a, options: {y: 2}}|{driver: a,"
            + " options: {x: 1, y: 2}}",
        "Logging|logging|{driver: a, options: {x: 1}}|{driver: b, options: {y: 2}}|{driver: b,"
            + " options: {y: 2}}",
        "Unique resources|ports|['80:80', '81:81']|['80:80/tcp', '80:80/udp',"
            + " '127.0.0.1:81:81']|[80:80/tcp, 81:81, 80:80/udp, 127.0.0.1:81:81]",
        "Unique resources|ports|['80']|[{target: 80}]|[{target: 80}]",
        "Unique resources|ports|['1.2.3.4:80:8080']|[{target: 8080, published: '80', host_ip:"
            + " 1.2.3.4, protocol: tcp}]|[{target: 8080, published: 80, host_ip: 1.2.3.4, protocol:"
            + " tcp}]",
        "Unique resources|volumes|['a:/a', 'b:/b']|['c:/a:ro', {type: volume, source: d, target:"
            + " /b}]|[c:/a:ro, {type: volume, source: d, target: /b}]",
        "Unique resources|secrets|[a, {source: b, target: x}]|[{source: c, target: a}, {source: d,"
            + " target: /run/secrets/x}]|[{source: c, target: a}, {source: d, target:"
            + " /run/secrets/x}]",
        "Unique resources|configs|[a]|[{source: b, target: /a}, c]|[{source: b, target: /a}, c]",
        "Unique resources|devices|['/dev/a:/dev/x']|['/dev/b:/dev/x:rwm',"
            + " '/dev/c']|[/dev/b:/dev/x:rwm, /dev/c]",
        "Unique resources|tmpfs|/run|['/run:size=1m', /tmp]|[/run:size=1m, /tmp]",
        "Unique resources|env_file|[a.env, {path: b.env}]|[{path: a.env, required: false},"
            + " c.env]|[{path: a.env, required: false}, {path: b.env}, c.env]",
        "Unique resources|expose|['80']|['81', '80']|[80, 81]",
        "Unique resources|cap_add|[A]|[B, A]|[A, B]",
        "Reset value|ports|['80:80']|!override ['81:81']|[81:81]",
        "Reset value|environment|{A: 1, B: 1}|{A: !reset null}|{B: 1}",
        "Reset value|expose|['80']|['81', !reset '82']|[80, 81]",
        "Nothing written|environment|{A: 1}|null|{A: 1}",
        "No such item, to be refused later|environment|[A=1]|[[B]]|[[B]]",
        "No such item, to be refused later|extra_hosts|['a:1.1.1.1']|[b]|[b]",
        "Replace value|deploy|{a: 1, b: 1}|!override {b: 2}|{b: 2}"
      })
  void followsTheSpecification(
      String section, String key, String base, String over, String expected) {
    assertThat(merged(key, base, over)).as(section).isEqualTo(expected);
  }

  @Test
  void aResetKeyIsGone() {
    Problems problems = new Problems();
    Mapping merged =
        Overlay.merge(
            (Mapping) read("ports: ['1']\nexpose: ['2']", problems),
            (Mapping) read("ports: !reset []\nexpose: !reset null", problems));

    assertThat(merged.members()).isEmpty();
  }

  @Test
  void aServiceNeedsItsImageOnlyOnceAllFilesAreMerged() {
    Files tree =
        Files.compose("services: {a: {environment: {A: a}}}")
            .with("compose.override.yml", "services: {a: {image: 'a:1'}}");

    assertThat(loaded(LoadRequest.of("shop", tree)).services()).containsOnlyKeys("a");
  }

  @Test
  void theFilesOfTheVariableAreMergedInItsOrderAndNoOverrideWithThem() {
    Files tree =
        Files.compose("services: {a: {image: 'a:1', environment: {A: base, B: base}}}")
            .with("ops/prod.yaml", "services: {a: {environment: {B: prod}}}")
            .with("compose.override.yml", "services: {a: {environment: {A: dev}}}")
            .with(
                ".env",
                "COMPOSE_FILE=compose.yaml;ops/prod.yaml\nCOMPOSE_PATH_SEPARATOR=;\n"
                    + "COMPOSE_PROFILES=x\n");

    LoadRequest request = LoadRequest.of("shop", tree);
    assertThat(
            Objects.requireNonNull(loaded(request).services().get("a"))
                .container()
                .environment()
                .values())
        .isEqualTo(Map.of("A", "base", "B", "prod"));
    assertThat(Loading.warnings(request)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gone.yaml|gone.yaml: is not in the source; commit it, or correct COMPOSE_FILE",
        "../x.yaml|.env: COMPOSE_FILE must name files of the source",
        "/etc/x.yaml|.env: COMPOSE_FILE must name files of the source",
        "ops/prod.yaml|.env: COMPOSE_FILE must name files of the source"
      })
  void aVariableThatNamesOtherFilesIsRefused(String files, String reason) {
    Files tree =
        Files.compose("services: {a: {image: 'a:1'}}")
            .with("ops/prod.yaml", "services: {a: {image: 'a:2'}}")
            .with(".env", "COMPOSE_FILE=" + files + "\n");

    assertThat(Loading.problems(LoadRequest.of("shop", tree)).getFirst()).startsWith(reason);
  }
}
