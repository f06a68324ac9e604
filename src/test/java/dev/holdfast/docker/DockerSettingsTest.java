package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerSettingsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"unix:///var/run/docker.sock", "tcp://10.0.0.1:2376"})
  void takesASocketOrAHostWithItsPort(String host) {
    assertThat(DockerSettings.at(host).host()).hasToString(host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/var/run/docker.sock",
        "unix://docker.sock",
        "tcp://10.0.0.1",
        "ssh://host:22",
        "http://host:80"
      })
  void refusesWhatIsNeither(String host) {
    assertThatThrownBy(() -> DockerSettings.at(host))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(host)
        .hasMessageContaining("tcp://host:port");
  }

  private DockerEngine over(Path certificate) {
    DockerSettings.TlsFiles files =
        new DockerSettings.TlsFiles(certificate, certificate, folder.resolve("key.pem"));
    return new DockerEngine(
        new DockerSettings(URI.create("tcp://127.0.0.1:1"), files, TestDeadlines.QUICK));
  }

  @Test
  void tlsFilesThatCannotBeUsedAreNamed() throws Exception {
    Path missing = folder.resolve("cert.pem");
    assertThatThrownBy(() -> over(missing).info())
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("cannot read " + missing);
    Path empty = Files.createFile(folder.resolve("empty.pem"));
    assertThatThrownBy(() -> over(empty).info())
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("no certificate in " + empty);
  }

  @Test
  void tlsFilesGoWithTcpOnly() {
    DockerSettings.TlsFiles files = new DockerSettings.TlsFiles(folder, folder, folder);
    assertThatThrownBy(
            () -> new DockerSettings(DockerSettings.DEFAULT_HOST, files, TestDeadlines.QUICK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tcp://");
  }
}
