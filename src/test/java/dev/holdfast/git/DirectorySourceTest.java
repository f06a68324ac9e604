package dev.holdfast.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.compose.SourceTree;
import dev.holdfast.git.Source.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectorySourceTest {
  @TempDir Path folder;
  private Path app;
  private DirectorySource source;

  @BeforeEach
  void directory() throws IOException {
    app = Files.createDirectories(folder.resolve("app"));
    write("compose.yaml", "services: {}");
    source = new DirectorySource(app);
  }

  private void write(String path, String content) throws IOException {
    Path file = app.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  @Test
  void theSameFilesAreTheSameRevisionOnEveryServer(@TempDir Path other) throws IOException {
    write("conf/a", "1");
    Snapshot snapshot = source.look();
    Files.createDirectories(other.resolve("conf"));
    Files.writeString(other.resolve("conf/a"), "1");
    Files.writeString(other.resolve("compose.yaml"), "services: {}");
    assertThat(new DirectorySource(other).look().revision()).isEqualTo(snapshot.revision());
    assertThat(snapshot.ref()).isNull();
    assertThat(snapshot.commitTime()).isNull();
    assertThat(source.look()).isSameAs(snapshot);
  }

  @Test
  void eachKindOfChangeIsANewRevision() throws IOException {
    write("conf/a", "1");
    String first = source.look().revision();
    write("conf/a", "2");
    String content = source.look().revision();
    Files.move(app.resolve("conf/a"), app.resolve("conf/b"));
    String name = source.look().revision();
    assertThat(app.resolve("conf/b").toFile().setExecutable(true)).isTrue();
    String mode = source.look().revision();
    Files.delete(app.resolve("conf/b"));
    String gone = source.look().revision();
    assertThat(new String[] {first, content, name, mode, gone}).doesNotHaveDuplicates();
  }

  @Test
  void aChangeThatKeepsSizeAndTimeIsSeen() throws IOException {
    FileTime time = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
    write("a", "1");
    Files.setLastModifiedTime(app.resolve("a"), time);
    String first = source.look().revision();
    write("a", "2");
    Files.setLastModifiedTime(app.resolve("a"), time);
    assertThat(source.look().revision()).isNotEqualTo(first);
  }

  @Test
  void linksAreLeftOutAndNeverFollowed() throws IOException {
    Files.createSymbolicLink(app.resolve("passwd"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(app.resolve("etc"), Path.of("/etc"));
    Files.createSymbolicLink(app.resolve("circle"), app);
    SourceTree tree = source.look().tree();
    assertThat(tree.under("").keySet()).containsExactly("compose.yaml");
    assertThat(tree.file("passwd")).isEmpty();
    assertThat(tree.file("etc/passwd")).isEmpty();
    assertThat(tree.file("../app/compose.yaml")).isEmpty();
  }

  @Test
  void theDirectoryItselfMayBeALink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("current"), app);
    assertThat(new DirectorySource(link).look().revision()).isEqualTo(source.look().revision());
  }

  @Test
  void gitsOwnFolderAndWhatTheIgnoreFileNamesAreLeftOut() throws IOException {
    write(".git/config", "x");
    write(".holdfastignore", "# data of services\ndata/\n./uploads\nkey.pem\n");
    write("data/pg/base", "1");
    write("uploads/u", "1");
    write("key.pem", "1");
    write("conf/data/kept", "1");
    assertThat(source.look().tree().under("").keySet())
        .containsExactly(".holdfastignore", "compose.yaml", "conf/data/kept");
    String before = source.look().revision();
    write("data/pg/base", "2");
    assertThat(source.look().revision()).isEqualTo(before);
  }

  @Test
  void dataIsNotMistakenForConfiguration() throws IOException {
    write("dump.sql", "x".repeat(GitTree.MAX_FILE + 1));
    assertThatThrownBy(source::look)
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("dump.sql")
        .hasMessageContaining(".holdfastignore");
    Files.delete(app.resolve("dump.sql"));
    for (int i = 0; i <= DirectoryScan.MAX_FILES; i++) {
      write("many/" + i, "");
    }
    assertThatThrownBy(source::look).hasMessageContaining("2000 files");
  }

  @Test
  void aDirectoryThatIsGoneIsUnknownAndComesBack() throws IOException {
    String before = source.look().revision();
    Files.move(app, folder.resolve("away"));
    assertThatThrownBy(source::look)
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("there is no " + app);
    Files.move(folder.resolve("away"), app);
    assertThat(source.look().revision()).isEqualTo(before);
  }

  @Test
  void aFileThatChangedSinceTheLookIsNotMixedIn() throws IOException {
    SourceTree tree = source.look().tree();
    write("compose.yaml", "services: {x: {}}");
    assertThatThrownBy(() -> tree.file("compose.yaml"))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("changed since");
    assertThat(GitSourceTest.text(source.look().tree(), "compose.yaml")).contains("x: {}");
  }

  @Test
  void aDirectoryThatIsWrittenWhileItIsReadIsNeverSeenTorn() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    write("a", "0");
    write("z", "0");
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 1; !stop.get(); i++) {
                    try {
                      write("a", String.valueOf(i));
                      write("z", String.valueOf(i));
                    } catch (IOException e) {
                      throw new IllegalStateException(e);
                    }
                  }
                });
    try {
      assertThatThrownBy(source::look)
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("change while they are read");
    } finally {
      stop.set(true);
      writer.join();
    }
    assertThat(source.look().revision()).hasSize(64);
  }
}
