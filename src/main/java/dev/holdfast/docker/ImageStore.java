package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.command.RootFS;
import com.github.dockerjava.api.model.Image;
import dev.holdfast.docker.Engine.Room;
import dev.holdfast.docker.Engine.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the engine's images take, and how much room there is for more. */
final class ImageStore {
  private static final int MOST_IMAGES = 500;

  private final EngineClient engine;
  private final DockerSettings settings;

  ImageStore(EngineClient engine, DockerSettings settings) {
    this.engine = engine;
    this.settings = settings;
  }

  /**
   * The engine's folder is this server's only where the engine is: it must be there under its name
   * and look like one. Images in containerd's own store lie elsewhere.
   */
  Optional<Room> room() {
    if (!"unix".equals(settings.host().getScheme())) {
      return Optional.empty();
    }
    JsonNode info = engine.get("ask the engine for its folder", "/info");
    String folder = info.path("DockerRootDir").asText();
    boolean elsewhere = info.path("DriverStatus").toString().contains("containerd.snapshotter");
    if (elsewhere || folder.isEmpty() || !Files.isDirectory(Path.of(folder, "containers"))) {
      return Optional.empty();
    }
    try {
      long free = Files.getFileStore(Path.of(folder)).getUsableSpace();
      return Optional.of(new Room(folder, free, architecture()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private String architecture() {
    return engine
        .look("ask the engine for its version", docker -> docker.versionCmd().exec())
        .getArch();
  }

  List<List<String>> layers() {
    List<Image> all =
        engine.look("list the images", docker -> docker.listImagesCmd().withShowAll(true).exec());
    List<List<String>> layers = new ArrayList<>();
    for (Image image : all.subList(0, Math.min(all.size(), MOST_IMAGES))) {
      layers(image.getId()).ifPresent(layers::add);
    }
    return layers;
  }

  private Optional<List<String>> layers(String id) {
    try {
      RootFS files =
          engine
              .look("look at image " + Texts.id(id), docker -> docker.inspectImageCmd(id).exec())
              .getRootFS();
      return files == null || files.getLayers() == null
          ? Optional.empty()
          : Optional.of(List.copyOf(files.getLayers()));
    } catch (EngineException.NotFound e) {
      return Optional.empty();
    }
  }

  List<Stored> stored() {
    JsonNode usage = engine.get("ask the engine what its images take", "/system/df");
    List<Stored> stored = new ArrayList<>();
    for (JsonNode image : usage.path("Images")) {
      List<String> digests = new ArrayList<>();
      image.path("RepoDigests").forEach(digest -> digests.add(digest.asText()));
      long alone = image.path("Size").asLong() - Math.max(0, image.path("SharedSize").asLong());
      stored.add(new Stored(digests, Math.max(0, alone), image.path("Containers").asInt() != 0));
    }
    return stored;
  }
}
