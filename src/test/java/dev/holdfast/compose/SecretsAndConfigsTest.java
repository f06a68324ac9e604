package dev.holdfast.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DesiredState;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.MountSpec.Given;
import dev.holdfast.model.ServiceSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compose Specification, "secrets", "configs". */
class SecretsAndConfigsTest {
  private static final String VALUE = "hunter2-hunter2";

  private static List<MountSpec> mounts(LoadRequest request, String service) {
    return Objects.requireNonNull(Loading.loaded(request).services().get(service))
        .container()
        .mounts();
  }

  private static LoadRequest app(String service, String rest) {
    Files tree =
        Files.compose("services:\n  api:\n    image: a:1\n" + service.indent(4) + rest)
            .with("conf/app.conf", "listen 80;")
            .with("conf/token", VALUE + "\n");
    return LoadRequest.of("shop", tree)
        .withVariables(Map.of("TOKEN", VALUE, "PORT", "81"))
        .withServerFiles(
            path ->
                path.equals("secret/key")
                    ? Optional.of(new byte[] {0, (byte) 0xff})
                    : Optional.empty());
  }

  private static String text(Given given) {
    return new String(given.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void aSecretIsContentFromAVariableAFileOfTheServerOrOneOfTheSource() {
    List<MountSpec> mounts =
        mounts(
            app(
                "secrets: [token, {source: key, target: tls.key, uid: '33', gid: \"44\", mode:"
                    + " 0400}, {source: file, target: /etc/token}]",
                """
                secrets:
                  token: { environment: TOKEN }
                  key: { file: ./secret/key }
                  file: { file: conf/token }
                """),
            "api");

    assertThat(mounts).allMatch(MountSpec::readOnly);
    assertThat(mounts)
        .extracting(MountSpec::target)
        .containsExactly("/run/secrets/token", "/run/secrets/tls.key", "/etc/token");
    Given token = (Given) mounts.get(0);
    Given key = (Given) mounts.get(1);
    assertThat(text(token)).isEqualTo(VALUE);
    assertThat(List.of(token.secret(), token.mode())).isEqualTo(List.of(true, 0444));
    assertThat(key.bytes()).containsExactly(0, 0xff);
    assertThat(key)
        .extracting(Given::owner, Given::group, Given::mode)
        .containsExactly(33, 44, 256);
    assertThat(((Given) mounts.get(2)).secret()).isTrue();
  }

  @Test
  void aConfigIsATrackedFileOrContentWithItsVariablesReplaced() {
    List<MountSpec> mounts =
        mounts(
            app(
                "configs: [file, text, {source: variable, target: /etc/v}, {source: file, target:"
                    + " m, mode: 0640}]",
                """
                configs:
                  file: { file: ./conf/app.conf }
                  text: { content: "listen ${PORT}; $$x" }
                  variable: { environment: TOKEN }
                """),
            "api");

    assertThat(mounts.get(0))
        .isInstanceOfSatisfying(
            MountSpec.Tracked.class,
            tracked -> {
              assertThat(tracked.path()).isEqualTo("conf/app.conf");
              assertThat(tracked.target()).isEqualTo("/file");
              assertThat(tracked.readOnly()).isTrue();
            });
    assertThat(text((Given) mounts.get(1))).isEqualTo("listen 81; $x");
    assertThat(mounts.get(1).target()).isEqualTo("/text");
    assertThat(text((Given) mounts.get(2))).isEqualTo(VALUE);
    assertThat(((Given) mounts.get(2)).secret()).isFalse();
    assertThat(text((Given) mounts.get(3))).isEqualTo("listen 80;");
    assertThat(((Given) mounts.get(3)).mode()).isEqualTo(0640);
  }

  @Test
  void anotherContentChangesThoseServicesAloneThatAreGivenIt() {
    String file =
        """
        services:
          one: { image: "a:1", secrets: [s] }
          two: { image: "a:1", secrets: [t] }
          three: { image: "a:1" }
        secrets: { s: { environment: S }, t: { environment: T } }
        """;
    DesiredState before =
        Loading.loaded(Loading.request(file).withVariables(Map.of("S", "1", "T", "1")));
    DesiredState after =
        Loading.loaded(Loading.request(file).withVariables(Map.of("S", "2", "T", "1")));

    assertThat(after.services().get("one")).isNotEqualTo(before.services().get("one"));
    assertThat(after.services().get("two")).isEqualTo(before.services().get("two"));
    assertThat(after.services().get("three")).isEqualTo(before.services().get("three"));
  }

  @Test
  void neitherAValueNorItsNameInAMessageEverShows() {
    LoadRequest request = app("secrets: [token]", "secrets: { token: { environment: TOKEN } }");
    assertThat(mounts(request, "api").toString()).doesNotContain(VALUE);
    assertThat(Loading.loaded(request).toString()).doesNotContain(VALUE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "secrets: [tokn]|secrets: {token: {environment: TOKEN}}|compose.yaml:4:15:"
            + " services.api.secrets[0] names what the file does not declare under secrets; did you"
            + " mean 'token'?",
        "secrets: [s]|secrets: {s: {external: true}}|secrets.s.external is kept by a Swarm, which a"
            + " single engine does not have; give it by file or environment",
        "configs: [s]|configs: {s: {external: {name: x}}}|configs.s.external is kept by a Swarm",
        "secrets: [s]|secrets: {s: {}}|secrets.s needs one of file, environment, and one alone",
        "configs: [s]|configs: {s: {file: a, content: b}}|configs.s needs one of file, environment,"
            + " content",
        "secrets: [s]|secrets: {s: {content: b}}|secrets.s.content is not a known key",
        "secrets: [s]|secrets: {s: {environment: NONE}}|secrets.s.environment names a variable that"
            + " is not set",
        "secrets: [s]|secrets: {s: {file: ./gone}}|names './gone', which is no file of the source"
            + " or of the app's",
        "configs: [s]|configs: {s: {file: conf}}|names 'conf', which is no file of the source or of"
            + " the app's",
        "secrets: [s]|secrets: {s: {file: ../x}}|must be a relative path inside",
        "secrets: [s]|secrets: {s: {file: ~/x}}|must be a relative path inside",
        "secrets: [s]|secrets: {s: {file: /etc/shadow}}|allow-paths: [/etc/shadow]",
        "secrets: [s]|secrets: {s: {environment: TOKEN, driver: x}}|secrets.s.driver is not"
            + " supported",
        "secrets: [{target: x}]|secrets: {s: {environment: TOKEN}}|source is missing; name one of"
            + " the top-level secrets",
        "secrets: [{source: s, mod: 1}]|secrets: {s: {environment: TOKEN}}|is not a known key; did"
            + " you mean 'mode'?",
        "secrets: [{source: s, mode: 4444}]|secrets: {s: {environment: TOKEN}}|is not a whole"
            + " number",
        "secrets: [{source: s, uid: www}]|secrets: {s: {environment: TOKEN}}|is not a whole number"
      })
  void refusesWhatCannotBeGivenAndSaysWhy(String service, String rest, String reason) {
    assertThat(Loading.problems(app(service, rest)))
        .anySatisfy(problem -> assertThat(problem).contains(reason));
  }

  @Test
  void whatLiesOnTheServerAloneIsAWarningElsewhere() {
    LoadRequest request =
        app("secrets: [a, b]", "secrets: { a: { file: ./secret/key }, b: { environment: GONE } }")
            .awayFromServer();

    assertThat(Loading.loaded(request).services()).containsOnlyKeys("api");
    assertThat(Loading.warnings(request))
        .hasSize(2)
        .allSatisfy(warning -> assertThat(warning).containsAnyOf("on the server"));
  }

  @Test
  void whatNoServiceAsksForMayBeExternal() {
    assertThat(
            Loading.loaded(
                    app("", "secrets: {s: {external: true}}\nconfigs: {c: {external: true}}"))
                .services()
                .keySet())
        .isEqualTo(Set.of("api"));
  }

  @Test
  void aLargeOneIsRefused() {
    LoadRequest request =
        app("secrets: [s]", "secrets: { s: { environment: BIG } }")
            .withVariables(Map.of("BIG", "x".repeat(600_000)));
    assertThat(Loading.problems(request))
        .singleElement()
        .asString()
        .contains("larger than 500 KiB");
  }

  @Test
  void aFileOfTheServerIsGivenWhereAgentYamlAllowsItsPath() {
    LoadRequest request =
        app("secrets: [s]", "secrets: { s: { file: /etc/shop/key } }")
            .withPermissions(new Permissions(Set.of(), List.of("/etc/shop"), List.of("*")));
    LoadRequest there =
        request.withServerFiles(
            path ->
                path.equals("/etc/shop/key")
                    ? Optional.of(VALUE.getBytes(StandardCharsets.UTF_8))
                    : Optional.empty());

    assertThat(text((Given) mounts(there, "api").getFirst())).isEqualTo(VALUE);
    assertThat(Loading.problems(request))
        .singleElement()
        .asString()
        .contains("secrets.s.file names '/etc/shop/key', which is no file of the source or of");
  }

  @Test
  void whoIsGivenOneKeepsAllElseThatItSays() {
    String rest =
        """
        depends_on: [db]
        deploy: {replicas: 3, update_config: {order: start-first}}
        x-holdfast: {probe: {tcp: {port: 80}}, drain: 7s}
        """;
    String top = "  db: {image: b}\nsecrets: { s: { environment: TOKEN } }";
    ServiceSpec plain = Loading.loaded(app(rest, top)).services().get("api");
    ServiceSpec given = Loading.loaded(app(rest + "secrets: [s]", top)).services().get("api");

    assertThat(given.container().mounts()).hasSize(1);
    assertThat(given.withContainer(given.container().withMounts(List.of()))).isEqualTo(plain);
    assertThat(given.updates().replicas()).isEqualTo(3);
  }

  @Test
  void manyLargeOnesAreRefused() {
    String names = "abcdefghi";
    StringBuilder top = new StringBuilder("secrets:\n");
    names.chars().forEach(c -> top.append("  ").append((char) c).append(": {environment: BIG}\n"));
    String some = String.join(", ", names.substring(0, 8).split(""));
    LoadRequest eight =
        app("secrets: [" + some + "]", top.toString())
            .withVariables(Map.of("BIG", "x".repeat(500_000)));
    LoadRequest nine =
        app("secrets: [" + some + ", i]", top.toString())
            .withVariables(Map.of("BIG", "x".repeat(500_000)));

    assertThat(mounts(eight, "api")).hasSize(8);
    assertThat(Loading.problems(nine))
        .singleElement()
        .asString()
        .contains(
            "secrets.i.environment is larger than 500 KiB, or all together are larger than 4");
  }
}
