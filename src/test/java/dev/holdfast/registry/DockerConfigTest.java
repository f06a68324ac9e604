package dev.holdfast.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.registry.Registry.Credentials;
import dev.holdfast.registry.RegistryException.Unauthorized;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerConfigTest {
  private static final String AUTH = base64("ci:pa:ss");
  @TempDir Path folder;

  private DockerConfig config(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), json);
    return new DockerConfig(
        file,
        new CredentialHelper(Duration.ofSeconds(2), program -> folder.resolve(program).toString()));
  }

  private void helper(String name, String script) throws IOException {
    Path file = folder.resolve("docker-credential-" + name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "ghcr.io, ghcr.io",
    "ghcr.io, https://ghcr.io",
    "ghcr.io, https://ghcr.io/v1/",
    "ghcr.io, http://GHCR.io/v2/",
    "registry.lan:5000, registry.lan:5000",
    "docker.io, https://index.docker.io/v1/",
    "docker.io, docker.io",
    "docker.io, registry-1.docker.io",
  })
  void authsAreFoundHoweverTheirKeyIsWritten(String registry, String key) throws IOException {
    DockerConfig config = config("{\"auths\":{\"" + key + "\":{\"auth\":\"" + AUTH + "\"}}}");
    assertThat(config.credentials(registry)).contains(new Credentials("ci", "pa:ss", false));
    assertThat(config.credentials("other.example")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"username\":\"ci\",\"password\":\"pw\"} | ci | pw | false",
        "{\"auth\":\"Y2k6\",\"identitytoken\":\"tok\"} | ci | tok | true",
        "{\"identitytoken\":\"tok\"} | '' | tok | true",
      })
  void authsMayHoldAUserAndPasswordOrAnIdentityToken(
      String entry, String user, String secret, boolean identity) throws IOException {
    DockerConfig config = config("{\"auths\":{\"ghcr.io\":" + entry + "}}");
    assertThat(config.credentials("ghcr.io")).contains(new Credentials(user, secret, identity));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"auths\":{}}",
        "{\"auths\":null}",
        "{\"auths\":{\"ghcr.io\":{}}}",
        "{\"credHelpers\":{}}",
        "{\"auths\":[1]}",
      })
  void whereNothingIsWrittenTheRegistryIsAskedAnonymously(String json) throws IOException {
    assertThat(config(json).credentials("ghcr.io")).isEmpty();
  }

  @Test
  void aMissingFileMeansAnonymous() {
    DockerConfig config =
        new DockerConfig(
            folder.resolve("none.json"), new CredentialHelper(Duration.ofSeconds(1), p -> p));
    assertThat(config.credentials("ghcr.io")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"auths\":{\"ghcr.io\":{\"auth\":\"s3cr3t!\"}}}",
        "{\"auths\":{\"ghcr.io\":{\"auth\":\"czNjcjN0\"}}}",
      })
  void aFileThatCannotBeReadIsALoginProblemThatNamesItAndNoSecret(String json) throws IOException {
    DockerConfig config = config(json);
    assertThatThrownBy(() -> config.credentials("ghcr.io"))
        .isInstanceOf(Unauthorized.class)
        .hasMessageContaining("config.json")
        .hasMessageNotContaining("s3cr3t");
  }

  @Test
  void aHelperForTheRegistryWinsOverTheStoreAndTheStoreOverAuths() throws IOException {
    helper(
        "one",
        "read name; echo \"{\\\"Username\\\":\\\"one\\\",\\\"Secret\\\":\\\"$name-$1\\\"}\"");
    helper("all", "cat >/dev/null; echo '{\"Username\":\"all\",\"Secret\":\"x\"}'");
    DockerConfig config =
        config(
            "{\"credHelpers\":{\"ghcr.io\":\"one\",\"docker.io\":\"one\"},\"credsStore\":\"all\","
                + "\"auths\":{\"quay.io\":{\"auth\":\""
                + AUTH
                + "\"}}}");
    assertThat(config.credentials("ghcr.io"))
        .contains(new Credentials("one", "ghcr.io-get", false));
    assertThat(config.credentials("docker.io"))
        .contains(new Credentials("one", "https://index.docker.io/v1/-get", false));
    assertThat(config.credentials("quay.io")).contains(new Credentials("all", "x", false));
  }

  @Test
  void aStoreThatKnowsNothingMeansAnonymous() throws IOException {
    helper("empty", "echo 'credentials not found in native keychain'; exit 1");
    assertThat(config("{\"credsStore\":\"empty\"}").credentials("ghcr.io")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo s3cr3t; exit 3 | exited with 3",
        "echo s3cr3t >&2; echo s3cr3t | is not JSON",
        "yes s3cr3t | could not be read",
      })
  void F127_aHelperThatFailsIsALoginProblemThatShowsNothingOfWhatItPrinted(
      String script, String why) throws IOException {
    helper("bad", script);
    DockerConfig config = config("{\"credsStore\":\"bad\"}");
    assertThatThrownBy(() -> config.credentials("ghcr.io"))
        .isInstanceOf(Unauthorized.class)
        .hasMessageContaining("docker-credential-bad")
        .hasMessageContaining(why)
        .hasMessageNotContaining("s3cr3t");
  }

  @Test
  @Timeout(10)
  void F127_aHelperThatHangsIsKilledWithItsChildren() throws IOException {
    Path pid = folder.resolve("pid");
    helper("slow", "sleep 300 & echo $! > " + pid + "; wait");
    DockerConfig config = config("{\"credsStore\":\"slow\"}");
    assertThatThrownBy(() -> config.credentials("ghcr.io"))
        .isInstanceOf(Unauthorized.class)
        .hasMessageContaining("did not answer within 2 s");
    long child = Long.parseLong(Files.readString(pid).strip());
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(3))
        .until(() -> ProcessHandle.of(child).map(handle -> !handle.isAlive()).orElse(true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "a b", "x;id", "$(id)", "a/b"})
  void aHelpersNameIsNoPathAndNoCommand(String name) throws IOException {
    DockerConfig config = config("{\"credsStore\":\"" + name + "\"}");
    assertThatThrownBy(() -> config.credentials("ghcr.io"))
        .isInstanceOf(Unauthorized.class)
        .hasMessageContaining("name is not valid");
  }

  @Test
  void aHelperThatIsNotInstalledIsNamed() throws IOException {
    DockerConfig config = config("{\"credsStore\":\"desktop\"}");
    assertThatThrownBy(() -> config.credentials("ghcr.io"))
        .hasMessageContaining("docker-credential-desktop")
        .hasMessageContaining("is it installed");
  }

  @Test
  void theFileIsLookedForWhereDockerLooks() {
    Path home = Path.of("/home/me");
    assertThat(DockerConfig.defaultFile(Map.of(), home))
        .isEqualTo(Path.of("/home/me/.docker/config.json"));
    assertThat(DockerConfig.defaultFile(Map.of("DOCKER_CONFIG", "/etc/docker"), home))
        .isEqualTo(Path.of("/etc/docker/config.json"));
  }
}
