package dev.holdfast.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.it.crash.EngineHttp;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** All that the engine holds under one Compose project's label. */
final class Project {
  private final EngineHttp engine;
  private final String name;

  Project(EngineHttp engine, String name) {
    this.engine = engine;
    this.name = name;
  }

  /**
   * Every field of every container, network and volume: {@code container web 1/Config/User} to its
   * value.
   *
   * @param files where Holdfast keeps copies of configuration files
   */
  SortedMap<String, String> inspected(Path folder, Path files) {
    Anonymised words = new Anonymised().with(folder.toString(), "<project>");
    words.with(files.toString(), "<files>");
    List<JsonNode> networks = new ArrayList<>();
    for (JsonNode network : engine.get("/networks")) {
      words.with(network.path("Id").asText(), "<network " + network.path("Name").asText() + ">");
      if (isMine(network)) {
        networks.add(engine.get("/networks/" + network.path("Id").asText()));
      }
    }
    List<JsonNode> containers = new ArrayList<>();
    for (JsonNode container : engine.get("/containers/json?all=1&filters=" + filter())) {
      JsonNode inspected = engine.get("/containers/" + container.path("Id").asText() + "/json");
      containers.add(inspected);
      words.with(inspected.path("Id").asText(), "<id of " + title(inspected) + ">");
    }
    // once all long ids are replaced, as each short one is the beginning of a long one
    containers.forEach(
        container ->
            words.with(
                container.path("Id").asText().substring(0, 12),
                "<short id of " + title(container) + ">"));
    SortedMap<String, String> fields = new TreeMap<>();
    for (JsonNode one : containers) {
      Flat.into(fields, "container " + title(one), words.in(one));
      Content.into(fields, "container " + title(one) + "/Mounts/", one);
    }
    networks.forEach(
        one -> Flat.into(fields, "network " + one.path("Name").asText(), words.in(one)));
    for (JsonNode volume : volumes()) {
      Flat.into(fields, "volume " + volume.path("Name").asText(), words.in(volume));
    }
    return fields;
  }

  /** Waits until no container runs any more. */
  void awaitEnd() {
    for (int i = 0; i < 600; i++) {
      boolean runs = false;
      for (JsonNode container : engine.get("/containers/json?filters=" + filter())) {
        runs |= container.has("Id");
      }
      if (!runs) {
        return;
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    throw new AssertionError(name + " still runs");
  }

  private List<JsonNode> volumes() {
    List<JsonNode> volumes = new ArrayList<>();
    engine.get("/volumes?filters=" + filter()).path("Volumes").forEach(volumes::add);
    return volumes;
  }

  private static String title(JsonNode container) {
    JsonNode labels = container.path("Config").path("Labels");
    return labels.path("com.docker.compose.service").asText()
        + " "
        + labels.path("com.docker.compose.container-number").asText();
  }

  private boolean isMine(JsonNode network) {
    return network.path("Labels").path("com.docker.compose.project").asText().equals(name);
  }

  private String filter() {
    return URLEncoder.encode(
        "{\"label\":[\"com.docker.compose.project=" + name + "\"]}", StandardCharsets.UTF_8);
  }

  void remove() {
    for (JsonNode container : engine.get("/containers/json?all=1&filters=" + filter())) {
      engine.delete("/containers/" + container.path("Id").asText() + "?force=1&v=1");
    }
    for (JsonNode network : engine.get("/networks")) {
      if (isMine(network)) {
        engine.delete("/networks/" + network.path("Id").asText());
      }
    }
    volumes().forEach(volume -> engine.delete("/volumes/" + volume.path("Name").asText()));
  }
}
