package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.docker.CreateMapper.ImageDefaults;
import java.util.List;

/** What the engine's inspect says of one image. */
record InspectedImage(JsonNode json) {
  String id() {
    return Json.text(json.path("Id"));
  }

  /** Empty where the image tells none. */
  String architecture() {
    return Json.text(json.path("Architecture"));
  }

  List<String> digests() {
    return Json.texts(json.path("RepoDigests"));
  }

  List<String> layers() {
    return Json.texts(json.path("RootFS").path("Layers"));
  }

  JsonNode config() {
    return json.path("Config");
  }

  ImageDefaults defaults() {
    return new ImageDefaults(
        id(),
        Json.texts(config().path("Entrypoint")),
        List.copyOf(Json.names(config().path("Volumes"))),
        List.copyOf(Json.names(config().path("Labels"))));
  }
}
