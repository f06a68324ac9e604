package dev.holdfast.compose;

import static dev.holdfast.compose.Loading.loaded;
import static dev.holdfast.compose.Loading.problems;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.HostPath;
import dev.holdfast.model.MountSpec;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveMountsTest {
  /** A directory with these files, which may hold data as well. */
  private record Live(Files files) implements SourceTree {
    @Override
    public Optional<byte[]> file(String path) {
      return files.file(path);
    }

    @Override
    public SortedMap<String, Tracked> under(String folder) {
      return new TreeMap<>();
    }

    @Override
    public Optional<Tracked> tracked(String path) {
      return files
          .tracked(path)
          .filter(file -> files.file(path).orElseThrow().length <= MOST_TRACKED_LIVE);
    }

    @Override
    public boolean live() {
      return true;
    }
  }

  private static LoadRequest request(String volumes, String others) {
    return LoadRequest.of(
        "shop",
        new Live(
            Files.compose(
                    "services:\n  api: {image: a, volumes: ["
                        + volumes
                        + "]}\n  other: {image: b, volumes: ["
                        + others
                        + "]}\n")
                .with("nginx.conf", "x")
                .with("conf/a.conf", "a")
                .with("data/base", "1")
                .with("large.bin", new byte[SourceTree.MOST_TRACKED_LIVE + 1])));
  }

  private static List<MountSpec> mounts(String volumes, String others) {
    return loaded(request(volumes, others)).services().get("api").container().mounts();
  }

  @Test
  void aSmallFileThatNobodyWritesIsTrackedWithTheHashOfItsContent() {
    assertThat(mounts("'./nginx.conf:/n:ro,z', './conf/a.conf:/a:ro'", "'./data:/d'"))
        .containsExactly(
            new MountSpec.Tracked(
                "nginx.conf",
                ContentHash.of(Files.of("nginx.conf", "x"), "nginx.conf").orElseThrow(),
                "/n",
                true,
                List.of("z")),
            new MountSpec.Tracked(
                "conf/a.conf",
                ContentHash.of(Files.of("a.conf", "a"), "a.conf").orElseThrow(),
                "/a",
                true,
                List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nginx.conf:rw",
        "conf:ro",
        "data:rw",
        "data/base:rw",
        "large.bin:ro",
        "missing:ro",
        ":rw",
        ":ro"
      })
  void allElseIsMountedFromTheDirectoryItself(String pathAndMode) {
    String path = pathAndMode.substring(0, pathAndMode.length() - 3);
    String mode = pathAndMode.substring(pathAndMode.length() - 2);

    assertThat(mounts("'./" + path + ":/x:" + mode + "'", ""))
        .containsExactly(
            new MountSpec.Bind(
                new HostPath.InProject(path), "/x", mode.equals("ro"), List.of(), true));
  }

  @Test
  void aFileThatAnotherServiceMayWriteIsNotCopied() {
    assertThat(mounts("'./conf/a.conf:/a:ro'", "'./conf/a.conf:/w'"))
        .containsExactly(
            new MountSpec.Bind(new HostPath.InProject("conf/a.conf"), "/a", true, List.of(), true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"./conf:/w", "./:/w", "./conf/:/w:rw"})
  void aFileInAFolderThatAnotherServiceMayWriteIsRefused(String writable) {
    assertThat(problems(request("'./conf/a.conf:/a:ro'", "'" + writable + "'")))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:2:")
        .contains("services.api.volumes[0]: the source lies inside of the folder that")
        .contains("services.other.volumes[0] mounts writable");
  }

  @Test
  void aWritableSiblingDoesNotStopAFileFromBeingTracked() {
    assertThat(mounts("'./conf/a.conf:/a:ro'", "'./con:/w', './conf/a.conf.d:/v'"))
        .singleElement()
        .isInstanceOf(MountSpec.Tracked.class);
  }

  @Test
  void aChangedFileIsANewReleaseAndChangedDataIsNot() {
    Files before = Files.compose("services: {a: {image: b, volumes: ['./c:/c:ro', './d:/d']}}");
    Live live = new Live(before.with("c", "1").with("d", "1"));
    Live data = new Live(before.with("c", "1").with("d", "2"));
    Live config = new Live(before.with("c", "2").with("d", "1"));

    assertThat(loaded(LoadRequest.of("shop", data)).services())
        .isEqualTo(loaded(LoadRequest.of("shop", live)).services())
        .isNotEqualTo(loaded(LoadRequest.of("shop", config)).services());
  }

  @Test
  void seesPathsFromTheFolderOfTheFirstFile() {
    String file =
        "services: {api: {image: a, volumes: ['./x.conf:/x:ro', './d:/d', '../y.conf:/y:ro'%s]}}";
    Files tree = Files.of("ops/x.conf", "x", "y.conf", "y", "versions.yaml", "services: {}");
    LoadRequest request =
        LoadRequest.of("shop", new Live(tree.with("ops/prod.yaml", file.formatted(""))))
            .withComposeFiles(List.of("ops/prod.yaml"));
    LoadRequest outside =
        LoadRequest.of("shop", new Live(tree.with("ops/prod.yaml", file.formatted(", ../d:/e"))))
            .withComposeFiles(List.of("ops/prod.yaml"));

    assertThat(loaded(request).services().get("api").container().mounts())
        .satisfiesExactly(
            x -> assertThat(((MountSpec.Tracked) x).path()).isEqualTo("ops/x.conf"),
            d -> assertThat(((MountSpec.Bind) d).source()).isEqualTo(new HostPath.InProject("d")),
            y -> assertThat(((MountSpec.Tracked) y).path()).isEqualTo("y.conf"));
    assertThat(problems(outside)).singleElement().asString().contains("lies outside");
  }
}
