package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.model.PinnedImage;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Asks the engine for all that a comparison of a container with a request needs. */
final class Comparer {
  private static final String SHARED = "container:";
  private final EngineClient engine;
  private final Images images;

  Comparer(EngineClient engine, Images images) {
    this.engine = engine;
    this.images = images;
  }

  List<String> differences(String id, ContainerRequest request, MountedContent content) {
    String what = "look at container " + Texts.id(id);
    JsonNode found = engine.get(what, Paths.container(id) + "/json");
    String imageId = found.path("Image").asText();
    if (!isOf(request.service().image(), imageId)) {
      return List.of("image");
    }
    InspectedImage image =
        new InspectedImage(
            engine.get("look at image " + Texts.id(imageId), Paths.image(imageId) + "/json"));
    JsonNode info = engine.get("ask the engine about itself", "/info");
    return compare(request, content, image, info, found);
  }

  private List<String> compare(
      ContainerRequest request,
      MountedContent content,
      InspectedImage image,
      JsonNode info,
      JsonNode found) {
    ApiVersion version = engine.lookAt("ask the engine for its version", Session::version);
    try {
      ObjectNode body = CreateMapper.map(request, image.defaults(), version);
      sharedById(request.app(), (ObjectNode) body.path("HostConfig"));
      return Comparison.of(
          new Comparison.Wanted(request, body, image.config(), info, version, content), found);
    } catch (EngineException.Refused e) {
      // What cannot be made as it is asked for cannot be there either: making it says why.
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  /** A request names whose namespaces it shares, an inspect has their ids. */
  private void sharedById(String app, ObjectNode host) {
    for (String field : List.of("NetworkMode", "PidMode", "IpcMode")) {
      String mode = host.path(field).asText();
      if (mode.startsWith(SHARED)) {
        String name = mode.substring(SHARED.length());
        id(name).or(() -> id(ofComposeV1(app, name))).ifPresent(id -> host.put(field, SHARED + id));
      }
    }
  }

  /** {@code shop_db_1} for {@code shop-db-1}: what was taken over keeps its name. */
  private static String ofComposeV1(String app, String name) {
    int number = name.lastIndexOf('-');
    return name.startsWith(app + "-") && number > app.length()
        ? app + "_" + name.substring(app.length() + 1, number) + "_" + name.substring(number + 1)
        : name;
  }

  private Optional<String> id(String name) {
    try {
      String what = "look at container " + name;
      return Optional.of(engine.get(what, Paths.container(name) + "/json").path("Id").asText());
    } catch (EngineException.NotFound e) {
      return Optional.empty();
    }
  }

  /** Pulled under this digest, or the image that this engine has under it. */
  private boolean isOf(PinnedImage wanted, String imageId) {
    Set<String> digests = new TreeSet<>(images.digests(imageId));
    return digests.stream().anyMatch(digest -> digest.endsWith("@" + wanted.digest()))
        || Optional.of(imageId).equals(images.local(wanted).map(Engine.LocalImage::id));
  }
}
