package dev.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values from files, on a real disk. */
class SecretTest {
  @TempDir private Path folder;

  @Test
  void itIsReadAnewAtEachUseWithoutItsLastNewline() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "one\n\n");
    Secret secret = Secret.ofFile(file);

    assertThat(secret.get()).isEqualTo("one\n");
    Files.writeString(file, "two\r\n");
    assertThat(secret.get()).isEqualTo("two");
    Files.writeString(file, " three ");
    assertThat(secret.get()).isEqualTo(" three ");
  }

  @Test
  void itIsNeverShown() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "hunter2");

    assertThat(Secret.ofFile(file)).hasToString("***");
    assertThat(new AgentConfig.RegistryAccess("x", Secret.ofText("hunter2"), false).toString())
        .doesNotContain("hunter2");
  }

  @Test
  void onceItsFileIsGoneTheErrorNamesTheFile() {
    Path file = folder.resolve("gone");

    assertThatThrownBy(() -> Secret.ofFile(file).get())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(
            "could not read the secret in "
                + file
                + ": NoSuchFileException; check that it exists and its rights");
  }

  @ParameterizedTest
  @CsvSource({
    "rw-------,",
    "rw-r-----,",
    "r--------,",
    "rw-r--r--,can be read by every user of this server; run: chmod o-rwx",
    "rw-----w-,can be written by every user of this server; run: chmod o-w"
  })
  void aFileThatOthersCanReadOrWriteStopsTheStart(String rights, String expected)
      throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "x");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
    ReadConfig read = read("api: { token-file: " + file + " }");

    if (expected == null) {
      assertThat(read).isInstanceOf(ReadConfig.Valid.class);
    } else {
      assertThat(((ReadConfig.Invalid) read).problems().getFirst().toString())
          .startsWith("agent.yaml:1:20: api.token-file: '" + file + "' " + expected);
    }
  }

  @Test
  void aMissingFileOrAFolderInItsPlaceStopsTheStart() throws IOException {
    assertThat(read("api: { token-file: " + folder + " }").toString()).contains("is not a file");
    assertThat(read("api: { token-file: " + folder.resolve("none") + " }").toString())
        .contains("does not exist; create it, or correct the path");
  }

  @Test
  void knownHostsMayBeReadByAllButNotWritten() throws IOException {
    Path key = Files.writeString(folder.resolve("key"), "x");
    Path hosts = Files.writeString(folder.resolve("hosts"), "x");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.setPosixFilePermissions(hosts, PosixFilePermissions.fromString("rw-r--r--"));
    String yaml =
        Reading.git(
            "url: 'git@h:a', ref: b, ssh-key-file: " + key + ", known-hosts-file: " + hosts);

    assertThat(read(yaml)).isInstanceOf(ReadConfig.Valid.class);
    Files.setPosixFilePermissions(hosts, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(read(yaml)).isInstanceOf(ReadConfig.Invalid.class);
  }

  @Test
  void aMissingAgentYamlSaysWhatToDo() {
    Path file = folder.resolve("none.yaml");

    assertThat(((ReadConfig.Invalid) AgentConfigReader.read(file, Map.of())).problems())
        .extracting(ConfigProblem::toString)
        .containsExactly(
            "none.yaml:1:1: "
                + file
                + " does not exist; create it, or name another with --config or $HOLDFAST_CONFIG");
  }

  private ReadConfig read(String yaml) throws IOException {
    return AgentConfigReader.read(Files.writeString(folder.resolve("agent.yaml"), yaml), Map.of());
  }
}
