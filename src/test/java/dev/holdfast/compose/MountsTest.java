package dev.holdfast.compose;

import static dev.holdfast.compose.Loading.loaded;
import static dev.holdfast.compose.Loading.problems;
import static dev.holdfast.compose.Loading.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.HostPath;
import dev.holdfast.model.MountSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountsTest {
  private static final Permissions SOME =
      new Permissions(
          Set.of("docker-socket"), List.of("/srv/data", "/etc/localtime"), List.of("*"));

  private static LoadRequest request(String lines) {
    Files tree =
        Files.compose(service(lines) + "volumes:\n  data:\n  cache:\n")
            .with("nginx.conf", "x")
            .with("conf/a.conf", "a")
            .with("conf/b/run.sh", "b");
    return LoadRequest.of("shop", tree).withPermissions(SOME);
  }

  private static List<MountSpec> mounts(String lines) {
    return loaded(request(lines)).services().get("api").container().mounts();
  }

  private static MountSpec.Bind bind(
      String path, String target, boolean readOnly, String... options) {
    return new MountSpec.Bind(
        new HostPath.InProject(path), target, readOnly, List.of(options), true);
  }

  @Test
  void readsTheShortForm() {
    assertThat(
            mounts(
                "volumes: ['data:/d', 'cache:/c:ro,nocopy', './up:/u', './x/../up2/:/u2:rw,z',"
                    + " '/srv/data/a:/a:ro,rslave', '/anon', './l:/l:ro,cached,Z']"))
        .containsExactly(
            new MountSpec.Named("data", "/d", false, false, null),
            new MountSpec.Named("cache", "/c", true, true, null),
            bind("up", "/u", false),
            bind("up2", "/u2", false, "z"),
            new MountSpec.Bind(
                new HostPath.Absolute("/srv/data/a"), "/a", true, List.of("rslave"), true),
            new MountSpec.Anonymous("/anon", false),
            bind("l", "/l", true, "Z"));
  }

  @Test
  void readsTheLongForm() {
    assertThat(
            mounts(
                """
                volumes:
                  - {type: volume, source: data, target: /d, volume: {nocopy: true, subpath: sub/dir}}
                  - {type: bind, source: ./up, target: /u, read_only: true, bind: {create_host_path: false, propagation: rslave, selinux: z}}
                  - {type: bind, source: up2, target: /u2}
                  - {type: volume, target: /anon}
                  - {type: tmpfs, target: /t, tmpfs: {size: 64m, mode: 01777}}
                  - {type: tmpfs, target: /r, read_only: true}
                tmpfs: [/run, "/tmp:size=64m,mode=1777"]
                """))
        .containsExactly(
            new MountSpec.Named("data", "/d", false, true, "sub/dir"),
            new MountSpec.Bind(
                new HostPath.InProject("up"), "/u", true, List.of("z", "rslave"), false),
            bind("up2", "/u2", false),
            new MountSpec.Anonymous("/anon", false),
            new MountSpec.Tmpfs("/t", "size=67108864,mode=1777"),
            new MountSpec.Tmpfs("/r", "ro"),
            new MountSpec.Tmpfs("/run", ""),
            new MountSpec.Tmpfs("/tmp", "size=64m,mode=1777"));
  }

  @Test
  void letsTheLaterOfTwoMountsOnOneTargetCount() {
    assertThat(mounts("volumes: ['data:/d', 'cache:/d/']"))
        .containsExactly(new MountSpec.Named("cache", "/d", false, false, null));
  }

  @Test
  void hashesTrackedFilesAndFoldersByNameModeAndContent() {
    String folder = hash(mounts("volumes: ['./conf:/c:ro']"));
    Files tree = Files.of("conf/a.conf", "a", "conf/b/run.sh", "b");

    assertThat(folder).isEqualTo(ContentHash.of(tree, "conf").orElseThrow());
    assertThat(
            List.of(
                ContentHash.of(tree.with("conf/a.conf", "other"), "conf").orElseThrow(),
                ContentHash.of(tree.with("conf/new", ""), "conf").orElseThrow(),
                ContentHash.of(Files.of("conf/a.conf", "a", "conf/b/run", "b"), "conf")
                    .orElseThrow(),
                ContentHash.of(tree, "conf/a.conf").orElseThrow(),
                folder))
        .doesNotHaveDuplicates();
    assertThat(ContentHash.of(tree, "confused")).isEmpty();
    assertThat(ContentHash.of(tree.with("elsewhere", "x"), "conf")).contains(folder);
  }

  @Test
  void refusesATrackedFolderThatIsMountedWritable() {
    assertThat(problems(request("volumes: ['./conf:/c']")))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:4:15: services.api.volumes[0]: ")
        .contains("./conf")
        .contains(
            "is tracked by git and mounted writable; what the container writes would be lost at"
                + " the next release: add :ro, or keep data in a volume or in a folder that git"
                + " does not track");
    assertThat(problems(request("volumes: ['.:/app']")))
        .singleElement()
        .asString()
        .contains("is tracked by git and mounted writable");
    assertThat(problems(request("volumes: [{type: bind, source: ./conf, target: /c}]")))
        .singleElement()
        .asString()
        .contains("is tracked by git and mounted writable");
  }

  @Test
  void aSingleTrackedFileIsACopyAlsoWhereReadOnlyIsNotSaid() {
    LoadRequest request = request("volumes: ['./nginx.conf:/n', './conf:/c:ro']");

    assertThat(loaded(request).services().get("api").container().mounts())
        .hasOnlyElementsOfType(MountSpec.Tracked.class)
        .extracting(MountSpec::readOnly)
        .containsExactly(false, true);
    assertThat(Loading.warnings(request)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {".gitkeep", ".gitignore", ".keep", "db/.gitkeep"})
  void aFolderInWhichGitOnlyKeepsThePlaceIsForData(String placeholder) {
    Files tree =
        Files.compose(service("volumes: ['./state:/s', './state:/r:ro']"))
            .with("state/" + placeholder, "");

    assertThat(loaded(LoadRequest.of("shop", tree)).services().get("api").container().mounts())
        .containsExactly(bind("state", "/s", false), bind("state", "/r", true));
    assertThat(problems(LoadRequest.of("shop", tree.with("state/.gitkeep.conf", "x"))))
        .singleElement()
        .asString()
        .contains("is tracked by git and mounted writable");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "./up:/a|./up/root:/b:ro",
        "./up:/a|./up/x/y/root:/b",
        "./up/:/a:rw|./up/./x/../root:/b"
      })
  void refusesAMountInsideOfAFolderThatIsMountedWritable(String writable, String inside) {
    String file = "services:\n  a: {image: x, volumes: ['%s']}\n  b: {image: x, volumes: ['%s']}\n";
    for (String text :
        List.of(file.formatted(writable, inside), file.formatted(inside, writable))) {
      assertThat(problems(text))
          .singleElement()
          .asString()
          .contains("volumes[0]: the source lies inside of the folder that services.")
          .contains("mounts writable")
          .contains("link to the server's own files");
    }
  }

  @Test
  void foldersBesideAndReadOnlyOnesAboveAreNoDanger() {
    assertThat(
            mounts(
                "volumes: ['./up:/a', './upper/x:/b', './up:/c:ro', './in:/d:ro',"
                    + " './in/x:/e', './in/y:/f']"))
        .hasSize(6);
  }

  private static String hash(List<MountSpec> mounts) {
    return ((MountSpec.Tracked) mounts.getFirst()).contentHash();
  }

  @Test
  void seesRelativePathsFromTheFolderOfTheFirstFile() {
    Files tree =
        Files.of(
            "ops/prod.yaml",
            service("volumes: ['../nginx.conf:/n', './data:/d']"),
            "nginx.conf",
            "x",
            "versions.yaml",
            "services: {}");

    assertThat(
            loaded(LoadRequest.of("shop", tree).withComposeFiles(List.of("ops/prod.yaml")))
                .services()
                .get("api")
                .container()
                .mounts())
        .satisfiesExactly(
            tracked -> assertThat(((MountSpec.Tracked) tracked).path()).isEqualTo("nginx.conf"),
            data -> assertThat(data).isEqualTo(bind("data", "/d", false)));
    assertThat(
            problems(
                LoadRequest.of(
                        "shop", tree.with("ops/prod.yaml", service("volumes: ['../data:/d']")))
                    .withComposeFiles(List.of("ops/prod.yaml"))))
        .singleElement()
        .asString()
        .contains("lies outside of the Compose file's folder and is not tracked");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/etc:/e|allow-paths: [/etc]",
        "/srv/database:/d|allow-paths: [/srv/database]",
        "/srv/data/../../etc/shadow:/s|allow-paths: [/etc/shadow]",
        "//etc//passwd:/p|allow-paths: [/etc/passwd]",
        "/:/host:ro|allow-paths: [/]",
        "../up:/u|leaves the app's folder",
        "./a/../../up:/u|leaves the app's folder",
        "./../..:/u|leaves the app's folder",
        "~/x:/u|home directory",
        "~root/x:/u|home directory",
        "C:\\x:/u|path of Windows",
        "dat:/d|did you mean 'data'?",
        "data:d|must be absolute",
        "data|must be absolute",
        "data:/d:ro:x|is not a mount",
        "':/d'|is not a mount",
        "'data:'|is not a mount"
      })
  void refusesWhatLeavesTheAppsFoldersAndSaysWhatToDo(String written, String reason) {
    String quoted = written.startsWith("'") ? written : "'" + written + "'";

    assertThat(problems(request("volumes: [" + quoted + "]")))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:4:15: services.api.volumes[0]")
        .contains(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "volumes: [\"./a\\0:/x\"]|holds a NUL character",
        "volumes: [{type: bind, target: /x}]|volumes[0].source is missing",
        "volumes: [{type: bind, source: './u', target: /x, bind: {selinux: q}}]|selinux must be one"
            + " of [Z, z]",
        "volumes: [{type: volume, source: data, target: /x, volume: {subpath: ../x}}]|must be a"
            + " relative path inside",
        "volumes: [{type: volume, source: data, target: /x, volume: {subpath: /x}}]|must be a"
            + " relative path inside",
        "volumes: [{target: /x}]|volumes[0].type is missing",
        "volumes: [{type: volume, source: data}]|volumes[0].target is missing",
        "tmpfs: [[/run]]|tmpfs takes items such as /run"
      })
  void refusesWhatCannotBeMounted(String lines, String reason) {
    assertThat(problems(request(lines))).singleElement().asString().contains(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/var/run/docker.sock",
        "/run/docker.sock",
        "/var/run/../run/docker.sock",
        "/var//run/./docker.sock"
      })
  void needsLeaveForTheEnginesSocketHoweverItIsWritten(String socket) {
    LoadRequest request = request("volumes: ['" + socket + ":/var/run/docker.sock:ro']");

    assertThat(loaded(request).services()).hasSize(1);
    assertThat(problems(request.withPermissions(Permissions.NONE)))
        .singleElement()
        .asString()
        .contains("add to apps.shop in agent.yaml: allow: [docker-socket]");
  }

  @Test
  void guardsALocalVolumeThatIsABindInDisguise() {
    String bind =
        "services: {a: {image: b, volumes: ['v:/v']}}\n"
            + "volumes:\n"
            + "  v:\n"
            + "    driver_opts: {type: none, o: 'ro,bind', device: %s}\n";

    assertThat(loaded(Loading.request(bind.formatted("/srv/data")).withPermissions(SOME)).volumes())
        .containsKey("v");
    assertThat(problems(bind.formatted("/etc")))
        .singleElement()
        .asString()
        .contains("volumes.v.driver_opts binds an absolute path");
    assertThat(problems(bind.formatted("/srv/data/../../etc")))
        .singleElement()
        .asString()
        .contains("binds an absolute path");
    assertThat(problems(bind.replace("none", "nfs").formatted("/etc")))
        .singleElement()
        .asString()
        .contains("binds an absolute path");
    assertThat(problems(bind.formatted("./x")))
        .singleElement()
        .asString()
        .contains("binds a relative path");
    assertThat(
            problems(
                bind.replace("ro,bind", "lowerdir=/etc")
                    .replace("none", "overlay")
                    .formatted("overlay")))
        .singleElement()
        .asString()
        .contains("another type");
    assertThat(
            loaded(
                    "services: {a: {image: b, volumes: ['v:/v']}}\n"
                        + "volumes: {v: {driver_opts: {type: nfs, o: 'addr=10.0.0.1', device:"
                        + " ':/x'}}}")
                .volumes())
        .containsKey("v");
  }

  @Test
  void doesNotShowAPathThatCameOutOfAVariable() {
    assertThat(problems(request("volumes: ['${S}:/x']").withVariables(Map.of("S", "/s3cret"))))
        .singleElement()
        .asString()
        .doesNotContain("s3cret");
  }
}
