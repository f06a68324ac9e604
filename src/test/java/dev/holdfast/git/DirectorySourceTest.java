package dev.holdfast.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.compose.SourceTree;
import dev.holdfast.git.Source.Snapshot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  private String revision() {
    return source.look().revision();
  }

  @Test
  void theSameFilesAreTheSameRevisionOnEveryServer(@TempDir Path other) throws IOException {
    Snapshot snapshot = source.look();
    Files.writeString(other.resolve("compose.yaml"), "services: {}");
    assertThat(new DirectorySource(other).look().revision()).isEqualTo(snapshot.revision());
    assertThat(snapshot.ref()).isNull();
    assertThat(snapshot.commitTime()).isNull();
    assertThat(source.look()).isSameAs(snapshot);
  }

  @ParameterizedTest
  @ValueSource(strings = {"versions.yaml", "other.yml", ".env", ".env.production", "shop.env"})
  void eachChangeOfAFileThatConfiguresIsANewRevision(String name) throws IOException {
    String without = revision();
    write(name, "1");
    String first = revision();
    write(name, "2");
    String content = revision();
    assertThat(app.resolve(name).toFile().setExecutable(true)).isTrue();
    String mode = revision();
    Files.delete(app.resolve(name));
    assertThat(new String[] {without, first, content, mode}).doesNotHaveDuplicates();
    assertThat(revision()).isEqualTo(without);
  }

  @Test
  void dataBesideTheConfigurationIsNeitherReadNorListed() throws IOException {
    String before = revision();
    write("data/pg/base", "1");
    write("data/inner.yaml", "1");
    write("app.sqlite", "1");
    for (int i = 0; i < 3_000; i++) {
      write("uploads/" + i, "");
    }
    try (RandomAccessFile dump = new RandomAccessFile(app.resolve("dump.yaml").toFile(), "rw")) {
      dump.setLength(8L << 30);
    }
    Files.createDirectories(app.resolve("folder.yaml"));
    SourceTree tree = source.look().tree();
    assertThat(source.look().revision()).isEqualTo(before);
    assertThat(tree.live()).isTrue();
    assertThat(tree.under("")).isEmpty();
    assertThat(tree.under("data")).isEmpty();
    assertThat(tree.file("folder.yaml")).isEmpty();
    assertThatThrownBy(() -> tree.file("dump.yaml"))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("dump.yaml because it has 8192 MiB");
  }

  @Test
  void aFileThatWasAskedForIsWatchedFromThenOn() throws IOException {
    write("conf/a.conf", "1");
    write("conf/b.conf", "1");
    Snapshot first = source.look();
    assertThat(GitSourceTest.text(first.tree(), "conf/a.conf")).isEqualTo("1");
    assertThat(first.tree().tracked("conf/gone.conf")).isEmpty();
    assertThat(source.look()).as("asking changes nothing").isSameAs(first);

    write("conf/b.conf", "2");
    assertThat(source.look()).isSameAs(first);
    write("conf/a.conf", "2");
    Snapshot second = source.look();
    assertThat(second.revision()).isNotEqualTo(first.revision());
    assertThat(GitSourceTest.text(second.tree(), "conf/a.conf")).isEqualTo("2");
    Files.delete(app.resolve("conf/a.conf"));
    assertThat(revision()).isNotEqualTo(second.revision());
  }

  @Test
  void aFileThatWasAskedForAndAppearsIsSeen() throws IOException {
    Snapshot before = source.look();
    assertThat(before.tree().file("conf/a.env")).isEmpty();
    write("conf/a.env", "A=1");
    Snapshot after = source.look();
    assertThat(after.revision()).isNotEqualTo(before.revision());
    assertThat(GitSourceTest.text(after.tree(), "conf/a.env")).isEqualTo("A=1");
  }

  @Test
  void onlySmallRegularFilesAreTracked() throws IOException {
    write("small", "x".repeat(SourceTree.MOST_TRACKED_LIVE));
    write("large", "x".repeat(SourceTree.MOST_TRACKED_LIVE + 1));
    SourceTree tree = source.look().tree();
    assertThat(tree.tracked("small")).isPresent();
    assertThat(tree.tracked("large")).isEmpty();
    assertThat(tree.tracked("missing")).isEmpty();
    assertThat(tree.tracked("")).isEmpty();
  }

  @Test
  void whatWasNotTrackedMakesAnotherTreeOnceItIs() throws IOException {
    write("large", "x".repeat(SourceTree.MOST_TRACKED_LIVE + 1));
    SourceTree first = source.look().tree();
    assertThat(first.tracked("large")).isEmpty();
    assertThat(first.tracked("conf/later.conf")).isEmpty();
    write("large", "y".repeat(SourceTree.MOST_TRACKED_LIVE + 1));
    assertThat(source.look().tree()).as("data that is written").isSameAs(first);

    write("conf/later.conf", "1");
    SourceTree second = source.look().tree();
    assertThat(second.tracked("conf/later.conf")).isPresent();
    assertThat(second.tracked("large")).isEmpty();
    write("large", "small");
    assertThat(source.look().tree()).isNotSameAs(second);
    assertThat(source.look().tree().tracked("large")).isPresent();
  }

  @Test
  void aChangeThatKeepsSizeAndTimeIsSeen() throws IOException {
    FileTime time = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
    write("a.env", "1");
    Files.setLastModifiedTime(app.resolve("a.env"), time);
    String first = revision();
    write("a.env", "2");
    Files.setLastModifiedTime(app.resolve("a.env"), time);
    assertThat(revision()).isNotEqualTo(first);
  }

  @Test
  void aFileThatIsReplacedByARenameIsSeen() throws IOException {
    write("versions.yaml", "services: {api: 1}");
    Snapshot before = source.look();
    write("versions.new", "services: {api: 2}");
    Files.move(
        app.resolve("versions.new"), app.resolve("versions.yaml"), StandardCopyOption.ATOMIC_MOVE);
    Snapshot after = source.look();
    assertThat(after.revision()).isNotEqualTo(before.revision());
    assertThat(GitSourceTest.text(after.tree(), "versions.yaml")).contains("api: 2");
  }

  @Test
  void linksOutOfTheDirectoryAreNotThere() throws IOException {
    Files.writeString(folder.resolve("outside.yaml"), "x");
    Files.createSymbolicLink(app.resolve("passwd.yaml"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(app.resolve("etc"), Path.of("/etc"));
    Files.createSymbolicLink(app.resolve("up.yaml"), Path.of("../outside.yaml"));
    Files.createSymbolicLink(app.resolve("circle.yaml"), Path.of("circle.yaml"));
    String before = new DirectorySource(folder.resolve("app")).look().revision();
    SourceTree tree = source.look().tree();
    for (String path :
        new String[] {
          "passwd.yaml",
          "etc/passwd",
          "up.yaml",
          "circle.yaml",
          "../outside.yaml",
          "/etc/passwd",
          "./compose.yaml",
          "compose.yaml/x",
          ".git/config",
          "a\0b"
        }) {
      assertThat(tree.file(path)).as(path).isEmpty();
      assertThat(tree.tracked(path)).as(path).isEmpty();
    }
    Files.writeString(folder.resolve("outside.yaml"), "y");
    assertThat(revision()).isEqualTo(before);
  }

  @Test
  void aLinkInsideTheDirectoryIsFollowed() throws IOException {
    write("releases/1/versions.yaml", "1");
    write("releases/2/versions.yaml", "2");
    Path link = app.resolve("versions.yaml");
    Files.createSymbolicLink(link, Path.of("releases/1/versions.yaml"));
    Snapshot first = source.look();
    assertThat(GitSourceTest.text(first.tree(), "versions.yaml")).isEqualTo("1");
    Files.delete(link);
    Files.createSymbolicLink(link, Path.of("releases/2/versions.yaml"));
    assertThat(GitSourceTest.text(source.look().tree(), "versions.yaml")).isEqualTo("2");
  }

  @Test
  void theDirectoryItselfMayBeALink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("current"), app);
    assertThat(new DirectorySource(link).look().revision()).isEqualTo(revision());
  }

  @Test
  void moreConfigurationThanAnyAppHasIsRefused() throws IOException {
    for (int i = 0; i <= DirectoryFiles.MOST_CONFIGURING; i++) {
      write(i + ".yaml", "");
    }
    assertThatThrownBy(source::look)
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("more than 200 YAML and env files");
  }

  @Test
  void aDirectoryThatIsGoneIsUnknownAndComesBack() throws IOException {
    String before = revision();
    Files.move(app, folder.resolve("away"));
    assertThatThrownBy(source::look)
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("there is no " + app);
    Files.writeString(app, "a file");
    assertThatThrownBy(source::look).hasMessageContaining(app + " is not a directory");
    Files.delete(app);
    Files.move(folder.resolve("away"), app);
    assertThat(revision()).isEqualTo(before);
  }

  @Test
  void aFileThatChangedSinceTheLookIsNotMixedIn() throws IOException {
    write("conf/a", "1");
    SourceTree tree = source.look().tree();
    assertThat(GitSourceTest.text(tree, "conf/a")).isEqualTo("1");
    write("compose.yaml", "services: {x: {}}");
    write("conf/a", "2");
    for (String path : new String[] {"compose.yaml", "conf/a"}) {
      assertThatThrownBy(() -> tree.file(path))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining(path)
          .hasMessageContaining("changed since");
    }
    assertThat(GitSourceTest.text(source.look().tree(), "compose.yaml")).contains("x: {}");
  }

  @Test
  void aFileThatIsWrittenWhileItIsReadIsSeenWholeOrNotAtAll() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    write("a.yaml", "0".repeat(100_000));
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; !stop.get(); i++) {
                    try {
                      write("a.yaml", String.valueOf(i % 10).repeat(100_000));
                    } catch (IOException e) {
                      throw new IllegalStateException(e);
                    }
                  }
                });
    Instant end = Instant.now().plusSeconds(60);
    boolean told = false;
    try {
      while (!told && Instant.now().isBefore(end)) {
        try {
          String text = GitSourceTest.text(source.look().tree(), "a.yaml");
          // Cut to nothing, and not written yet, is what it is for a moment.
          if (!text.isEmpty()) {
            assertThat(text).hasSize(100_000).isEqualTo(text.substring(0, 1).repeat(100_000));
          }
        } catch (SourceException e) {
          told = String.valueOf(e.getMessage()).contains("a.yaml changes while it is read");
        }
      }
    } finally {
      stop.set(true);
      writer.join();
    }
    assertThat(told).as("it is told which file does not stop changing").isTrue();
    assertThat(revision()).hasSize(64);
  }
}
