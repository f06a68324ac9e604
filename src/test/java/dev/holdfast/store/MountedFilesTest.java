package dev.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.compose.ContentHash;
import dev.holdfast.compose.SourceTree;
import dev.holdfast.model.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountedFilesTest {
  @TempDir private Path state;
  private final FilesInMemory tree =
      new FilesInMemory()
          .with("nginx.conf", "listen 80;")
          .with("site/index.html", "<h1>shop</h1>")
          .with("site/css/a.css", "h1 {}")
          .withExecutable("site/run.sh", "#!/bin/sh");
  private final List<String> warnings = new ArrayList<>();
  private Store store;

  @BeforeEach
  void open() {
    store = FileStore.open(state, new Redactor(), warnings::add);
  }

  @Test
  void aFileLiesBelowItsHashReadableByAll() throws IOException {
    Path content =
        store
            .materialise(release("nginx.conf"), tree)
            .resolve(tree.hash("nginx.conf"))
            .resolve("content");

    assertThat(content).hasContent("listen 80;");
    assertThat(rights(content)).isEqualTo("rw-r--r--");
    assertThat(content).startsWith(state.resolve("apps/shop/config"));
    assertThat(rights(state.resolve("apps/shop"))).isEqualTo("rwxr-x---");
  }

  @Test
  void aFolderKeepsItsFilesAndWhichOfThemAreExecutable() throws IOException {
    Path content = content("site", tree);

    assertThat(content.resolve("index.html")).hasContent("<h1>shop</h1>");
    assertThat(content.resolve("css/a.css")).hasContent("h1 {}");
    assertThat(rights(content)).isEqualTo("rwxr-xr-x");
    assertThat(rights(content.resolve("css"))).isEqualTo("rwxr-xr-x");
    assertThat(rights(content.resolve("run.sh"))).isEqualTo("rwxr-xr-x");
    assertThat(rights(content.resolve("index.html"))).isEqualTo("rw-r--r--");
  }

  @Test
  void aFileThatIsExecutableInTheSourceIsSo() throws IOException {
    assertThat(rights(content("site/run.sh", tree))).isEqualTo("rwxr-xr-x");
  }

  @Test
  void whatIsWholeIsNotWrittenAgain() throws IOException {
    Object written = Files.getAttribute(content("site", tree).resolve("index.html"), "unix:ino");
    open();

    assertThat(Files.getAttribute(content("site", tree).resolve("index.html"), "unix:ino"))
        .isEqualTo(written);
    assertThat(Files.getAttribute(content("site", null).resolve("index.html"), "unix:ino"))
        .isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "same length and time", "added", "removed", "rights", "link"})
  void whatWasAlteredStaysWhereItIsAndIsToldOnce(String how) throws IOException {
    Path content = content("site", tree);
    alter(how, content.resolve("index.html"));
    Object folder = Files.getAttribute(content, "unix:ino");
    String altered = CopiedContent.look(content.getParent()).stamp();

    content("site", tree);
    content("site", null);
    store.keepReleases("shop", List.of());
    store.keepReleases("shop", List.of());
    open();

    assertThat(Files.getAttribute(content, "unix:ino")).isEqualTo(folder);
    assertThat(CopiedContent.look(content.getParent()).stamp()).isEqualTo(altered);
    assertThat(warnings)
        .satisfiesExactly(
            one -> assertThat(one).contains("'site'").contains("was altered"),
            two -> assertThat(two).contains("left there").contains(tree.hash("site")));
    try (var slots = Files.list(state.resolve("apps/shop/config"))) {
      assertThat(slots).hasSize(1);
    }
  }

  @Test
  void aFileThatItsContainerWroteToIsStillThereAtTheNextRelease() throws IOException {
    Path content = content("nginx.conf", tree);
    Files.writeString(content, "listen 81;");

    Release next =
        Samples.release(
            "acme/web:2",
            Samples.tracked("nginx.conf", tree.hash("nginx.conf")),
            Samples.tracked("site", tree.hash("site")));
    store.materialise(next, tree);

    assertThat(content).hasContent("listen 81;");
    assertThat(content("site", null).resolve("index.html")).hasContent("<h1>shop</h1>");
  }

  @Test
  void aLinkInThePlaceOfACopyIsNotMounted() throws IOException {
    Path content = content("nginx.conf", tree);
    Files.delete(content);
    Files.createSymbolicLink(content, Path.of("/etc/hostname"));

    assertThatThrownBy(() -> store.materialise(release("nginx.conf"), null))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("'nginx.conf'")
        .hasMessageContaining("is missing");
    assertThat(content("nginx.conf", tree)).isRegularFile().hasContent("listen 80;");
    assertThat(Files.isSymbolicLink(content)).isFalse();
  }

  private static void alter(String how, Path file) throws IOException {
    switch (how) {
      case "other" -> Files.writeString(file, "something else");
      case "same length and time" -> {
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, "<h1>SHOP</h1>");
        Files.setLastModifiedTime(file, time);
      }
      case "added" -> Files.writeString(file.resolveSibling("more"), "x");
      case "removed" -> Files.delete(file);
      case "rights" ->
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      case "link" -> {
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/etc/hostname"));
      }
      default -> throw new IllegalArgumentException(how);
    }
  }

  @Test
  void aCopyThatACrashLeftHalfWrittenOrHalfRemovedIsNeverMounted() throws IOException {
    Path config = state.resolve("apps/shop/config");
    Path half = config.resolve("." + tree.hash("site") + ".tmp/content");
    Files.createDirectories(half);
    Files.writeString(half.resolve("index.html"), "<h1>sh");
    Files.createDirectories(config.resolve(tree.hash("site")));

    assertThat(content("site", tree).resolve("css/a.css")).exists();
    assertThat(content("site", tree).resolve("index.html")).hasContent("<h1>shop</h1>");
    assertThat(warnings).isEmpty();
    assertThat(half.getParent()).doesNotExist();
  }

  @Test
  void copiesGoWithTheLastKeptReleaseThatMountsThem() {
    Release release = release("site");
    store.saveRelease(release);
    Path content = content("site", tree);
    store.keepReleases("shop", List.of(release.id(), "0123456789ab"));
    assertThat(content)
        .as("one kept release is not readable, so nothing is known to be unused")
        .exists();

    store.keepReleases("shop", List.of());
    assertThat(content.getParent()).doesNotExist();
  }

  @Test
  void aSourceCannotNameAPathOutside() {
    SourceTree hostile = new Hostile();
    Release release =
        Samples.release(
            "acme/web:1", Samples.tracked("site", ContentHash.of(hostile, "site").orElseThrow()));

    assertThatThrownBy(() -> store.materialise(release, hostile))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("outside");
    assertThat(state.resolve("apps/shop/escaped")).doesNotExist();
    assertThatThrownBy(
            () ->
                store.materialise(
                    Samples.release("acme/web:1", Samples.tracked("site", "../../x")), tree))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static final class Hostile implements SourceTree {
    @Override
    public Optional<byte[]> file(String path) {
      return path.equals("site") ? Optional.empty() : Optional.of(new byte[0]);
    }

    @Override
    public SortedMap<String, Tracked> under(String folder) {
      SortedMap<String, Tracked> files = new TreeMap<>();
      files.put("../../../escaped", new Tracked(Hashes.sha256(new byte[0]), false));
      return files;
    }
  }

  private Path content(String path, SourceTree source) {
    return store.materialise(release(path), source).resolve(tree.hash(path)).resolve("content");
  }

  private Release release(String path) {
    return Samples.release("acme/web:1", Samples.tracked(path, tree.hash(path)));
  }

  private static String rights(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
