package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.docker.CreateMapper.ImageDefaults;
import dev.holdfast.model.Digest;
import dev.holdfast.model.HostPath;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.PinnedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectFolderTest {
  private static final ImageDefaults IMAGE =
      new ImageDefaults("sha256:image", List.of("/entry"), List.of(), List.of());

  @TempDir private Path server;
  private Path project;
  private final Requests request =
      new Requests(
          "shop",
          PinnedImage.of(
              ImageReference.parse("ghcr.io/acme/api:1"), new Digest("sha256:" + "ab".repeat(32))));

  @BeforeEach
  void prepare() throws IOException {
    server = server.toRealPath();
    project = Files.createDirectory(server.resolve("project"));
    Files.createDirectories(server.resolve("etc/inner"));
    Files.createDirectories(project.resolve("data/sub"));
    request.projectDirectory = project;
  }

  private JsonNode host(String path, boolean create) {
    request.mounts =
        List.of(
            new MountSpec.Bind(new HostPath.InProject(path), "/host", false, List.of(), create));
    return CreateMapper.map(request.build(), IMAGE, ApiVersion.OLDEST).path("HostConfig");
  }

  private String source(String path) {
    return host(path, false).path("Mounts").path(0).path("Source").asText();
  }

  /** Release a mounts ./data and makes the link, release b mounts the link. */
  @ParameterizedTest
  @CsvSource({
    "true,data/root",
    "false,data/root",
    "true,data/root/inner",
    "false,data/root/no/yet"
  })
  void aLinkThatAContainerMadeIsNeverMounted(boolean create, String path) throws IOException {
    Path link = Files.createSymbolicLink(project.resolve("data/root"), server.resolve("etc"));

    assertThatThrownBy(() -> host(path, create))
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("could not mount './" + path + "'")
        .hasMessageContaining("leads through a symbolic link, " + link)
        .hasMessageContaining("mount the folder itself");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub", "/nowhere", "../../etc", "."})
  void norIsOneThatStaysInsideOrLeadsNowhere(String to) throws IOException {
    Files.createSymbolicLink(project.resolve("data/root"), Path.of(to));

    assertThatThrownBy(() -> source("data/root"))
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("symbolic link");
  }

  @Test
  void foldersFilesAndWhatIsMissingAreMounted() throws IOException {
    Files.writeString(project.resolve("data/file"), "x");

    assertThat(source("data/sub")).isEqualTo(project + "/data/sub");
    assertThat(source("data/file")).isEqualTo(project + "/data/file");
    assertThat(source("new/one")).isEqualTo(project + "/new/one");
    assertThat(source("")).isEqualTo(project.toString());
    assertThat(host("data", true).path("Binds").path(0).asText())
        .isEqualTo(project + "/data:/host:rw");
  }

  @Test
  void aPathThroughAFileIsRefusedAndNotGuessed() throws IOException {
    Files.writeString(project.resolve("data/file"), "x");

    assertThatThrownBy(() -> source("data/file/below"))
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining(project + "/data/file, which is no folder");
  }

  @Test
  void theProjectDirectoryItselfMayBeReachedThroughLinksOfTheOperator() throws IOException {
    Path link = Files.createSymbolicLink(server.resolve("shop"), project);
    request.projectDirectory = link;
    assertThat(source("data/sub")).isEqualTo(project + "/data/sub");

    request.projectDirectory = link.resolve("not/yet");
    assertThat(source("data")).isEqualTo(project + "/not/yet/data");
  }
}
