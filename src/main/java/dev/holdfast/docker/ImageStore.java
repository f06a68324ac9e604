package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
  private final Images images;
  private final DockerSettings settings;

  ImageStore(EngineClient engine, Images images, DockerSettings settings) {
    this.engine = engine;
    this.images = images;
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
      return Optional.of(new Room(folder, free, images.architecture()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  List<List<String>> layers() {
    ArrayNode all = engine.list("list the images", "/images/json?all=true");
    List<List<String>> layers = new ArrayList<>();
    for (JsonNode image : all) {
      if (layers.size() < MOST_IMAGES) {
        images
            .inspect(Json.text(image.path("Id")))
            .map(InspectedImage::layers)
            .ifPresent(layers::add);
      }
    }
    return layers;
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
