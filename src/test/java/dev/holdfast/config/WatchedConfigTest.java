package dev.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedConfigTest {
  @TempDir private Path folder;

  @Test
  void onlyAChangeOfWhatItSaysIsTold() throws IOException {
    Path file = Files.writeString(folder.resolve("agent.yaml"), "server: a");
    WatchedConfig watched = new WatchedConfig(file, Map.of());

    assertThat(watched.look()).containsInstanceOf(ReadConfig.Valid.class);
    assertThat(watched.look()).isEmpty();
    Files.writeString(file, "# a comment\nserver: a");
    assertThat(watched.look()).isEmpty();
    Files.writeString(file, "server: b");
    assertThat(watched.look()).containsInstanceOf(ReadConfig.Valid.class);
  }

  @Test
  void anInvalidOneIsToldOnceAndSoIsItsRepair() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "x");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
    Path file =
        Files.writeString(folder.resolve("agent.yaml"), "api: { token-file: " + token + " }");
    WatchedConfig watched = new WatchedConfig(file, Map.of());

    assertThat(watched.look()).containsInstanceOf(ReadConfig.Invalid.class);
    assertThat(watched.look()).isEmpty();
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    assertThat(watched.look()).containsInstanceOf(ReadConfig.Valid.class);
    Files.delete(file);
    assertThat(watched.look()).containsInstanceOf(ReadConfig.Invalid.class);
    assertThat(watched.look()).isEmpty();
  }

  @Test
  void anUnchangedFileIsParsedAgainWhereAFileThatItNamesIsAnother() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "x");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    Path file =
        Files.writeString(folder.resolve("agent.yaml"), "api: { token-file: " + token + " }");
    WatchedConfig watched = new WatchedConfig(file, Map.of());

    assertThat(watched.look()).containsInstanceOf(ReadConfig.Valid.class);
    Files.delete(token);
    assertThat(watched.look()).containsInstanceOf(ReadConfig.Invalid.class);
    assertThat(watched.look()).isEmpty();
    Files.writeString(token, "y");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw----r--"));
    assertThat(watched.look()).as("another problem").containsInstanceOf(ReadConfig.Invalid.class);
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    assertThat(watched.look()).containsInstanceOf(ReadConfig.Valid.class);
    assertThat(watched.look()).isEmpty();
  }
}
