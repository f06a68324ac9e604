package dev.holdfast.it;

import com.fasterxml.jackson.databind.JsonNode;

/** A container, as `docker inspect` shows it. */
record Box(
    String id,
    String name,
    String service,
    String state,
    String startedAt,
    String created,
    int restarts,
    boolean oneOff,
    JsonNode all) {

  static Box of(JsonNode node) {
    JsonNode labels = node.path("Config").path("Labels");
    return new Box(
        node.path("Id").asText(),
        node.path("Name").asText().substring(1),
        labels.path("com.docker.compose.service").asText(),
        node.path("State").path("Status").asText(),
        node.path("State").path("StartedAt").asText(),
        node.path("Created").asText(),
        node.path("RestartCount").asInt(),
        labels.path("com.docker.compose.oneoff").asText().equals("True"),
        node);
  }

  boolean runs() {
    return state.equals("running");
  }

  /** The environment variable's value, empty where there is none. */
  String environment(String name) {
    for (JsonNode pair : all.path("Config").path("Env")) {
      if (pair.asText().startsWith(name + "=")) {
        return pair.asText().substring(name.length() + 1);
      }
    }
    return "";
  }

  /** On the first of its networks. */
  String address() {
    for (JsonNode network : all.path("NetworkSettings").path("Networks")) {
      return network.path("IPAddress").asText();
    }
    return "";
  }

  /** The place among its service's. */
  int number() {
    return all.path("Config").path("Labels").path("com.docker.compose.container-number").asInt();
  }

  /** What the sample images say about themselves. */
  String version() {
    return environment("VERSION");
  }

  @Override
  public String toString() {
    return "%s %s %s (%s) version %s"
        .formatted(id.substring(0, 12), name, state, startedAt, version());
  }
}
