package dev.holdfast.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/zero-downtime.md shows is what the integration tests ran. */
class ProxyPapersTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "compose.yaml",
        "nginx.conf",
        "haproxy.cfg",
        "Caddyfile",
        "Caddyfile.dynamic",
        "traefik.yaml"
      })
  void theDocsShowTheFile(String file) throws IOException {
    String shown = Files.readString(Path.of("docs/zero-downtime.md"));
    assertThat(shown).contains("\n" + Files.readString(Path.of("deploy/proxies", file)) + "```");
  }
}
