package dev.holdfast.compose;

import static dev.holdfast.compose.Loading.loaded;
import static dev.holdfast.compose.Loading.problems;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.HostPath;
import dev.holdfast.model.MountSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtendsTest {
  private static ContainerSpec api(LoadRequest request) {
    return loaded(request).services().get("api").container();
  }

  @Test
  void aServiceIsMergedOverItsBaseByTheRulesForSeveralFiles() {
    ContainerSpec api =
        api(
            Loading.request(
                """
                services:
                  base:
                    image: acme/base:1
                    command: [a, b]
                    environment: [A=1, B=1]
                    expose: ["80"]
                    labels: { l: base }
                    depends_on: [db]
                    restart: always
                    profiles: [never]
                  api:
                    extends: base
                    image: acme/api:2
                    command: c
                    environment: { B: "2", C: "3" }
                    expose: ["81"]
                    profiles: !reset []
                  db: { image: postgres:15 }
                """));

    assertThat(api.process().command()).containsExactly("c");
    assertThat(api.environment().values()).isEqualTo(Map.of("A", "1", "B", "2", "C", "3"));
    assertThat(api.expose()).containsExactly("80", "81");
    assertThat(api.labels()).containsEntry("l", "base");
  }

  @Test
  void whatTheBaseDependsOnIsTakenOver() {
    assertThat(
            loaded(
                    "services:\n"
                        + "  base: {image: a, depends_on: [db]}\n"
                        + "  api: {extends: {service: base}}\n"
                        + "  db: {image: b}\n")
                .services()
                .get("api")
                .dependsOn())
        .containsOnlyKeys("db");
  }

  @Test
  void aBaseMayExtendAnotherAlsoInOtherFilesWhosePathsAreSeenFromThere() {
    Files tree =
        Files.of(
            "ops/prod.yaml",
            "services: {api: {extends: {file: ../common/web.yaml, service: web}, volumes:"
                + " ['./own:/o']}}",
            "common/web.yaml",
            """
            services:
              web:
                extends: {file: deep/base.yaml, service: base}
                volumes: ['./web.conf:/w:ro', {type: bind, source: ../top.conf, target: /t}]
                env_file: web.env
            """,
            "common/deep/base.yaml",
            """
            services:
              base:
                image: acme/base:${TAG}
                volumes: ['./b.conf:/b:ro']
                env_file: [{path: ./b.env}]
                environment: {ONE: base}
            """,
            "common/web.conf",
            "x",
            "common/web.env",
            "TWO=web\nTHREE=web\n",
            "common/deep/b.conf",
            "x",
            "common/deep/b.env",
            "TWO=base\nFOUR=base\n",
            "top.conf",
            "x",
            "versions.yaml",
            "services: {}");
    LoadRequest request =
        LoadRequest.of("shop", tree)
            .withComposeFiles(List.of("ops/prod.yaml"))
            .withVariables(Map.of("TAG", "7"));
    ContainerSpec api = api(request);

    assertThat(api.mounts())
        .satisfiesExactly(
            b -> assertThat(path(b)).isEqualTo("common/deep/b.conf"),
            w -> assertThat(path(w)).isEqualTo("common/web.conf"),
            t -> assertThat(path(t)).isEqualTo("top.conf"),
            o ->
                assertThat(((MountSpec.Bind) o).source()).isEqualTo(new HostPath.InProject("own")));
    assertThat(api.environment().values())
        .isEqualTo(Map.of("ONE", "base", "TWO", "web", "THREE", "web", "FOUR", "base"));
    assertThat(loaded(request).images().get("api").image().toString()).contains("acme/base:7");
  }

  private static String path(MountSpec mount) {
    return ((MountSpec.Tracked) mount).path();
  }

  @Test
  void aLaterFileIsMergedOverWhatAnEarlierOneExtended() {
    Files tree =
        Files.of(
            "a.yaml",
            "services: {base: {image: a}, api: {extends: base, environment: {A: a}}}",
            "b.yaml",
            "services: {api: {environment: {B: b}}}",
            "versions.yaml",
            "services: {}");
    assertThat(
            api(LoadRequest.of("shop", tree).withComposeFiles(List.of("a.yaml", "b.yaml")))
                .environment()
                .values())
        .isEqualTo(Map.of("A", "a", "B", "b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{extends: bas}|names a service that compose.yaml does not have; did you mean 'base'?",
        "{extends: api}|leads back to the service itself",
        "{extends: circle}|leads back to the service itself",
        "{extends: {file: more.yaml, service: circle}}|leads back to the service itself",
        "{extends: {file: gone.yaml, service: x}}|needs the file 'gone.yaml', which is not in",
        "{extends: {file: /etc/x.yaml, service: x}}|must be a relative path",
        "{extends: {file: ../x.yaml, service: x}}|must be a relative path",
        "{extends: {file: more.yaml}}|must name a service",
        "{extends: [base]}|must be a map",
        "{extends: {service: base, fil: x}}|is not a known key",
        "{extends: {file: more.yaml, service: text}}|must be a map",
        "{extends: {file: more.yaml, service: up}}|leaves the app's folder",
        "{extends: {file: empty.yaml, service: x}}|empty.yaml:1:1: has no services that could be"
            + " extended"
      })
  void refusesWhatCannotBeExtendedAndSaysWhy(String api, String reason) {
    Files tree =
        Files.compose(
                "services:\n  base: {image: a}\n  circle: {image: a, extends: api}\n  api: " + api)
            .with(
                "more.yaml",
                "services: {circle: {extends: two}, two: {extends: circle}, text: x,"
                    + " up: {image: a, volumes: ['../../x:/x']}}")
            .with("empty.yaml", "x-a: 1");

    assertThat(problems(LoadRequest.of("shop", tree)))
        .anySatisfy(problem -> assertThat(problem).contains(reason));
  }

  @Test
  void aFileThatGrowsThroughExtendsIsRefusedInTime() {
    StringBuilder file = new StringBuilder("services:\n  s0: {image: a}\n");
    for (int i = 1; i < 400; i++) {
      file.append("  s").append(i).append(": {extends: s").append(i > 40 ? 40 : i - 1);
      file.append(", environment: {");
      for (int k = 0; k < 40; k++) {
        file.append("V").append(i).append('_').append(k).append(": 1, ");
      }
      file.append("}}\n");
    }
    assertThat(problems(file.toString()))
        .anySatisfy(problem -> assertThat(problem).contains("grow too large through extends"));
  }

  @Test
  void aBaseOfAnotherFileExtendsWhatThatFileHas() {
    Files tree =
        Files.compose(
                "services: {two: {image: a, environment: {T: own}}, api: {extends: {file: o.yaml,"
                    + " service: one}}, web: {extends: {file: o.yaml, service: short}}}")
            .with(
                "o.yaml",
                "services: {one: {extends: {service: two}}, short: {extends: two},"
                    + " two: {image: b, environment: {T: other}}}");

    assertThat(loaded(LoadRequest.of("shop", tree)).services())
        .extractingFromEntries(entry -> entry.getValue().container().environment().values())
        .containsExactly(Map.of("T", "other"), Map.of("T", "own"), Map.of("T", "other"));
  }

  private static String chain(int services) {
    return "services:\n  s0: {image: a}\n"
        + IntStream.rangeClosed(1, services)
            .mapToObj(i -> "  s%d: {extends: s%d}\n".formatted(i, i - 1))
            .sorted(Comparator.reverseOrder())
            .collect(Collectors.joining());
  }

  @Test
  void aServiceHasFiftyBasesAndNoMore() {
    assertThat(loaded(chain(50)).services()).hasSize(51);
    assertThat(problems(chain(60)))
        .anySatisfy(problem -> assertThat(problem).contains("or too deep; break the circle"));
  }
}
