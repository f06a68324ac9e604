package dev.holdfast.it.crash;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Containers of somebody else on the same engine: one that runs, one that never ran. */
final class Strangers {
  static final String PROJECT = "stranger";
  private static final List<String> NAMES = List.of("stranger-1", "stranger-web-1");

  private final EngineHttp engine;
  private Map<String, String> known;

  Strangers(EngineHttp engine, String image) {
    this.engine = engine;
    for (String name : NAMES) {
      engine.post(
          "/containers/create?name=" + name,
          "{\"Image\":\"%s\",\"Labels\":{\"com.docker.compose.project\":\"%s\"}}"
              .formatted(image, PROJECT));
    }
    engine.post("/containers/" + NAMES.getFirst() + "/start", "");
    known = now();
  }

  /** The engine itself changed them, as it does when it is started anew. */
  void accept() {
    known = now();
  }

  List<String> changes() {
    Map<String, String> now = now();
    return now.equals(known)
        ? List.of()
        : List.of("3: containers of others were " + known + " and are " + now);
  }

  private Map<String, String> now() {
    Map<String, String> states = new TreeMap<>();
    for (JsonNode container : engine.containers()) {
      String name = container.get("Name").asText();
      if (NAMES.contains(name.substring(1))) {
        states.put(container.get("Id").asText(), container.get("State") + " " + name);
      }
    }
    return states;
  }
}
