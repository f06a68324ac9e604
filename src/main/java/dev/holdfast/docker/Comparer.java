package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.docker.CreateMapper.ImageDefaults;
import dev.holdfast.model.PinnedImage;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Asks the engine for all that a comparison of a container with a request needs. */
final class Comparer {
  private final EngineClient engine;
  private final Images images;

  Comparer(EngineClient engine, Images images) {
    this.engine = engine;
    this.images = images;
  }

  List<String> differences(String id, ContainerRequest request, MountedContent content) {
    String what = "look at container " + Texts.id(id);
    JsonNode found = engine.get(what, "/containers/" + EngineClient.encode(id) + "/json");
    String imageId = found.path("Image").asText();
    if (!isOf(request.service().image(), imageId)) {
      return List.of("image");
    }
    JsonNode image =
        engine
            .get(
                "look at image " + Texts.id(imageId),
                "/images/" + EngineClient.encode(imageId) + "/json")
            .path("Config");
    JsonNode info = engine.get("ask the engine about itself", "/info");
    return compare(request, content, imageId, image, info, found);
  }

  private List<String> compare(
      ContainerRequest request,
      MountedContent content,
      String imageId,
      JsonNode image,
      JsonNode info,
      JsonNode found) {
    ApiVersion version = engine.lookAt("ask the engine for its version", Session::version);
    ImageDefaults defaults =
        new ImageDefaults(
            imageId,
            Json.texts(image.path("Entrypoint")),
            List.copyOf(Json.names(image.path("Volumes"))));
    try {
      JsonNode body = CreateMapper.map(request, defaults, version);
      return Comparison.of(
          new Comparison.Wanted(request, body, image, info, version, content), found);
    } catch (EngineException.Refused e) {
      // What cannot be made as it is asked for cannot be there either: making it says why.
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  /** Pulled under this digest, or the image that this engine has under it. */
  private boolean isOf(PinnedImage wanted, String imageId) {
    Set<String> digests = new TreeSet<>(images.digests(imageId));
    return digests.stream().anyMatch(digest -> digest.endsWith("@" + wanted.digest()))
        || Optional.of(imageId).equals(images.local(wanted).map(Engine.LocalImage::id));
  }
}
