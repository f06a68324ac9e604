package dev.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.compose.ContentHash;
import dev.holdfast.compose.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docker compose mounted, held against what the source tracks. */
class HostContentTest {
  @TempDir Path folder;

  /** A source that tracks these files. */
  private record Source(Map<String, Boolean> executables, Map<String, String> contents)
      implements SourceTree {
    @Override
    public Optional<byte[]> file(String path) {
      return Optional.empty();
    }

    @Override
    public SortedMap<String, Tracked> under(String path) {
      String prefix = path.isEmpty() ? "" : path + "/";
      SortedMap<String, Tracked> below = new TreeMap<>();
      contents.forEach(
          (name, content) -> {
            if (name.startsWith(prefix)) {
              below.put(
                  name.substring(prefix.length()),
                  new Tracked(Hashes.sha256(content), executables.getOrDefault(name, false)));
            }
          });
      return below;
    }
  }

  private static String hash(Map<String, String> contents, String path) {
    return ContentHash.of(new Source(Map.of(), contents), path).orElseThrow();
  }

  @Test
  void aFileIsKnownByItsContentWhateverItIsCalled() throws IOException {
    Path file = Files.writeString(folder.resolve("nginx.conf"), "server {}\n");
    String hash = hash(Map.of("conf/site.conf", "server {}\n"), "conf/site.conf");
    assertThat(HostContent.isAt(file.toString(), hash, null)).isTrue();
    Files.writeString(file, "server { }\n");
    assertThat(HostContent.isAt(file.toString(), hash, null)).isFalse();
  }

  @Test
  void aFolderIsKnownByAllThatIsInIt() throws IOException {
    Files.createDirectories(folder.resolve("conf/more"));
    Files.writeString(folder.resolve("conf/a"), "1");
    Files.writeString(folder.resolve("conf/more/b"), "2");
    String path = folder.resolve("conf").toString();
    String hash = hash(Map.of("etc/a", "1", "etc/more/b", "2", "other", "3"), "etc");
    assertThat(HostContent.isAt(path, hash, Instant.EPOCH)).isTrue();
    Files.writeString(folder.resolve("conf/untracked"), "");
    assertThat(HostContent.isAt(path, hash, null)).isFalse();
  }

  @Test
  void aFileThatWasReplacedSinceTheContainerStartedIsNotTheOneThatItHas() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "1");
    String hash = hash(Map.of("a", "1"), "a");
    assertThat(HostContent.isAt(file.toString(), hash, Instant.now().plusSeconds(5))).isTrue();
    assertThat(HostContent.isAt(file.toString(), hash, Instant.now().minusSeconds(60))).isFalse();
  }

  @Test
  void theExecutableBitCounts() throws IOException {
    Path file = Files.writeString(folder.resolve("run.sh"), "#!/bin/sh\n");
    String plain = hash(Map.of("run.sh", "#!/bin/sh\n"), "run.sh");
    String executable =
        ContentHash.of(
                new Source(Map.of("run.sh", true), Map.of("run.sh", "#!/bin/sh\n")), "run.sh")
            .orElseThrow();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(HostContent.isAt(file.toString(), executable, null)).isTrue();
    assertThat(HostContent.isAt(file.toString(), plain, null)).isFalse();
  }

  @Test
  void aLinkAndWhatIsMissingHaveNoContent() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "1");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    String hash = hash(Map.of("a", "1"), "a");
    assertThat(HostContent.isAt(link.toString(), hash, null)).isFalse();
    assertThat(HostContent.isAt(folder.resolve("none").toString(), hash, null)).isFalse();
  }
}
