package dev.holdfast.wake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.wake.FileWatch.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that change, on a file system that is really there. */
@Timeout(60)
class FileWatchTest {
  @TempDir private Path folder;
  private final BlockingQueue<String> woken = new LinkedBlockingQueue<>();
  private final List<String> notes = new CopyOnWriteArrayList<>();
  private final FileWatch watch = new FileWatch(woken::add, notes::add);

  @AfterEach
  void close() {
    watch.close();
  }

  private Place yaml(Path place) {
    return new Place(place, "yaml", name -> name.endsWith(".yaml"));
  }

  private String next() throws InterruptedException {
    return woken.poll(20, TimeUnit.SECONDS);
  }

  private String none() throws InterruptedException {
    return woken.poll(700, TimeUnit.MILLISECONDS);
  }

  @Test
  void aFileThatIsWrittenRenamedOverOrRemovedWakesItsAppOnce() throws Exception {
    Path file = folder.resolve("versions.yaml");
    watch.watch("shop", Set.of(Place.ofFile(file)));
    watch.watch("other", Set.of(Place.ofFile(folder.resolve("others.yaml"))));
    Files.writeString(file, "a");
    assertThat(next()).isEqualTo("shop");
    Path temporary = Files.writeString(folder.resolve(".versions.yaml.tmp"), "b");
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    assertThat(next()).isEqualTo("shop");
    Files.delete(file);
    assertThat(next()).isEqualTo("shop");
    assertThat(none()).isNull();
  }

  @Test
  void manyWritesInOneGoWakeOnce() throws Exception {
    Path file = Files.writeString(folder.resolve("a.yaml"), "");
    watch.watch("shop", Set.of(yaml(folder)));
    for (int i = 0; i < 50; i++) {
      Files.writeString(file, "x", StandardOpenOption.APPEND);
    }
    assertThat(next()).isEqualTo("shop");
    int more = 0;
    while (none() != null) {
      more++;
    }
    assertThat(more).as("a slow machine may see them in a few goes").isLessThan(5);
  }

  @Test
  void whatServicesWriteBesideTheFilesWakesNobody() throws Exception {
    watch.watch("shop", Set.of(yaml(folder)));
    Files.createDirectory(folder.resolve("data"));
    Files.writeString(folder.resolve("data/x.yaml"), "");
    for (int i = 0; i < 200; i++) {
      Files.writeString(folder.resolve("access.log"), "line");
    }
    assertThat(none()).isNull();
    assertThat(watch.watched()).as("the folder and the one above").isEqualTo(2);
  }

  @Test
  void aFolderThatIsRemovedAndMadeAnewIsFollowed() throws Exception {
    Path app = Files.createDirectories(folder.resolve("srv/app"));
    watch.watch("shop", Set.of(yaml(app)));
    Files.delete(app);
    assertThat(next()).isEqualTo("shop");
    Files.createDirectory(app);
    assertThat(next()).isEqualTo("shop");
    while (none() != null) {}
    Files.writeString(app.resolve("compose.yaml"), "a");
    assertThat(next()).isEqualTo("shop");
  }

  @Test
  void aFolderThatIsExchangedByARenameIsFollowed() throws Exception {
    Path app = Files.createDirectories(folder.resolve("app"));
    Path next = Files.createDirectories(folder.resolve("app.next"));
    watch.watch("shop", Set.of(yaml(app)));
    Files.move(app, folder.resolve("app.old"));
    Files.move(next, app);
    assertThat(next()).isEqualTo("shop");
    while (none() != null) {}
    Files.writeString(folder.resolve("app.old/compose.yaml"), "a");
    assertThat(none()).as("the old one is nobody's").isNull();
    Files.writeString(app.resolve("compose.yaml"), "a");
    assertThat(next()).isEqualTo("shop");
  }

  @Test
  void aFolderThatIsNotThereYetIsSeenWhenItComes() throws Exception {
    Path file = folder.resolve("a/b/versions.yaml");
    watch.watch("shop", Set.of(Place.ofFile(file)));
    Files.createDirectories(file.getParent());
    assertThat(next()).isEqualTo("shop");
    while (none() != null) {}
    Files.writeString(file, "x");
    assertThat(next()).isEqualTo("shop");
  }

  /** Each part may come while the one above is only about to be watched. */
  @Test
  void aPathThatIsMadeWhileItIsFollowedIsFollowedToItsEnd() throws Exception {
    for (int i = 0; i < 15; i++) {
      Path file = folder.resolve(i + "/b/c/d/versions.yaml");
      watch.watch("shop", Set.of(Place.ofFile(file)));
      Files.createDirectories(file.getParent());
      assertThat(next()).as("path %d", i).isEqualTo("shop");
      while (woken.poll(120, TimeUnit.MILLISECONDS) != null) {}
      Files.writeString(file, "x");
      assertThat(next()).as("file %d", i).isEqualTo("shop");
    }
  }

  @Test
  void anAppThatIsGoneIsNotWoken() throws Exception {
    watch.watch("shop", Set.of(yaml(folder)));
    watch.watch("shop", Set.of());
    Files.writeString(folder.resolve("compose.yaml"), "a");
    assertThat(none()).isNull();
    assertThat(watch.watched()).isZero();
  }

  @Test
  void foldersAreBounded() throws IOException {
    Set<Place> places = new HashSet<>();
    for (int i = 0; i < FileWatch.MOST_FOLDERS + 200; i++) {
      places.add(yaml(Files.createDirectory(folder.resolve("f" + i))));
    }
    watch.watch("shop", places);
    assertThat(watch.watched()).isLessThanOrEqualTo(FileWatch.MOST_FOLDERS + 1);
  }
}
