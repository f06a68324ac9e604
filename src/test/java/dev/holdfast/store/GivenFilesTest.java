package dev.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.MountSpec.Given;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets lie in memory, which on Linux is at /dev/shm at least. */
class GivenFilesTest {
  @TempDir private Path state;
  private Path base;
  private Path config;
  private GivenFiles files;

  @BeforeEach
  void aFolderInMemory() throws IOException {
    base = Files.createTempDirectory(Path.of("/dev/shm"), "holdfast-test");
    config = state.resolve("config");
    files = new GivenFiles(base.resolve("secrets/abc"));
  }

  @AfterEach
  void leaveNothing() {
    DurableFiles.remove(base);
  }

  private static Given given(boolean secret, String text, int mode) {
    String content = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    return new Given(secret, "token", content, "/run/secrets/token", mode, null, null);
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private Path secret(Given given) {
    return files.secrets("shop").resolve(given.slot()).resolve("content");
  }

  @Test
  void aSecretIsWrittenWithItsRightsBelowAFolderThatOnlyTheAgentEnters() throws IOException {
    Given token = given(true, "hunter2", 0440);
    files.materialise("shop", config, List.of(token));

    assertThat(secret(token)).hasContent("hunter2");
    assertThat(rights(secret(token))).isEqualTo("r--r-----");
    assertThat(rights(base.resolve("secrets"))).isEqualTo("rwx------");
    assertThat(rights(base.resolve("secrets/abc"))).isEqualTo("rwx------");
    assertThat(config).doesNotExist();
  }

  @Test
  void aConfigLiesWithTheAppsOtherFiles() {
    Given text = given(false, "listen 80;", 0444);
    files.materialise("shop", config, List.of(text));

    assertThat(config.resolve(text.slot()).resolve("content")).hasContent("listen 80;");
    assertThat(base.resolve("secrets")).doesNotExist();
  }

  @Test
  void whatABootTookAwayIsPutBackAtTheSamePath() {
    Given token = given(true, "hunter2", 0444);
    files.materialise("shop", config, List.of(token));
    Path before = secret(token);
    DurableFiles.remove(base.resolve("secrets"));

    files.restoreSecrets("shop", List.of(token, given(false, "text", 0444)));

    assertThat(before).hasContent("hunter2");
    assertThat(config).doesNotExist();
  }

  @Test
  void whatIsWholeIsNotWrittenAgainAndWhatIsNotIs() throws IOException {
    Given token = given(true, "hunter2", 0444);
    files.restoreSecrets("shop", List.of(token));
    Object written = Files.getAttribute(secret(token), "unix:ino");
    files.restoreSecrets("shop", List.of(token));
    assertThat(Files.getAttribute(secret(token), "unix:ino")).isEqualTo(written);

    Files.setPosixFilePermissions(secret(token), PosixFilePermissions.fromString("rw-------"));
    Files.writeString(secret(token), "altered");
    files.restoreSecrets("shop", List.of(token));
    assertThat(secret(token)).hasContent("hunter2");
  }

  @Test
  void anotherContentHasAnotherPlaceAndTheOldOneStaysWhileItIsKept() {
    Given old = given(true, "one", 0444);
    Given young = given(true, "two", 0444);
    files.restoreSecrets("shop", List.of(old));
    files.restoreSecrets("shop", List.of(young));
    assertThat(secret(old)).hasContent("one");

    files.keep("shop", config, Set.of(young.slot()));
    assertThat(secret(old)).doesNotExist();
    assertThat(secret(young)).hasContent("two");
  }

  @Test
  void aSecretIsNeverWrittenToADisk() throws IOException {
    Path disk = state.resolve("run/secrets/abc");
    assertThat(SecretFolder.isInMemory(disk)).isFalse();

    assertThatThrownBy(
            () ->
                new GivenFiles(disk).restoreSecrets("shop", List.of(given(true, "hunter2", 0444))))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("give secret 'token'")
        .hasMessageContaining("lies on a disk")
        .hasMessageNotContaining("hunter2");
    assertThat(state.resolve("run")).doesNotExist();
  }

  @Test
  void aFolderThatLeadsElsewhereIsNotUsed() throws IOException {
    Path elsewhere = Files.createDirectory(base.resolve("elsewhere"));
    Files.createSymbolicLink(base.resolve("secrets"), elsewhere);

    assertThatThrownBy(() -> files.restoreSecrets("shop", List.of(given(true, "x", 0444))))
        .hasMessageContaining("is a link or another user's");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void theFolderIsThatOfSystemdWhereItIsInMemoryAndOneForEachState() {
    Path given = SecretFolder.of(Map.of("RUNTIME_DIRECTORY", base + ":/x"), state);

    assertThat(given.startsWith(base.resolve("secrets"))).isTrue();
    assertThat(SecretFolder.of(Map.of(), state).toString())
        .matches("(/run|/dev/shm)/holdfast/secrets/[0-9a-f]{12}");
    assertThat(SecretFolder.of(Map.of("RUNTIME_DIRECTORY", state.toString()), state))
        .isEqualTo(SecretFolder.of(Map.of(), state))
        .isNotEqualTo(SecretFolder.of(Map.of(), state.resolve("other")));
  }
}
