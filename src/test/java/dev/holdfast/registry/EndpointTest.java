package dev.holdfast.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.registry.RegistryException.Unavailable;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {
  @ParameterizedTest
  @CsvSource({
    "docker.io, false, https://registry-1.docker.io",
    "index.docker.io, false, https://registry-1.docker.io",
    "ghcr.io, false, https://ghcr.io",
    "registry.lan:5000, false, https://registry.lan:5000",
    "registry.lan:5000, true, http://registry.lan:5000",
    "localhost:5000, false, http://localhost:5000",
    "127.0.0.1:5000, false, http://127.0.0.1:5000",
    "127.8.9.1, false, http://127.8.9.1",
    "[::1]:5000, false, http://[::1]:5000",
    "127.0.0.1.evil.example, false, https://127.0.0.1.evil.example",
    "localhost.evil.example, false, https://localhost.evil.example",
    "10.0.0.1:5000, false, https://10.0.0.1:5000",
  })
  void plainHttpIsForLoopbackAndForWhatAgentYamlAllows(
      String registry, boolean insecure, String base) {
    assertThat(Endpoint.of(registry, insecure).base()).isEqualTo(URI.create(base));
  }

  @Test
  void aPortThatDoesNotExistIsRefused() {
    assertThatThrownBy(() -> Endpoint.of("registry.lan:99999", false))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("not a host and a port");
  }

  @Test
  void settingsForDockerHubCountUnderAllItsNames() {
    RegistrySettings settings =
        new RegistrySettings(
            Map.of("index.docker.io", new RegistrySettings.Entry("u", () -> "p", false)));
    assertThat(settings.of("docker.io")).isPresent();
  }

  @Test
  void aRegistryBehindHttpsNamesNoPlainTokenServer() {
    Endpoint https = Endpoint.of("ghcr.io", false);
    for (String realm : new String[] {"http://ghcr.io/token", "http://127.0.0.1/token"}) {
      AuthChallenge challenge = new AuthChallenge("bearer", Map.of("realm", realm));
      assertThatThrownBy(() -> TokenServer.realm(https, challenge)).isInstanceOf(Unavailable.class);
    }
    AuthChallenge other = new AuthChallenge("bearer", Map.of("realm", "https://auth.example/t"));
    assertThat(TokenServer.realm(https, other)).isEqualTo(URI.create("https://auth.example/t"));
  }
}
