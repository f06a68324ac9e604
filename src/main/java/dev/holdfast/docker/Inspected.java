package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What the engine's inspect says of one container. */
record Inspected(JsonNode json) {
  String id() {
    return Json.text(json.path("Id"));
  }

  String name() {
    return ObservedMapper.name(Json.text(json.path("Name")));
  }

  JsonNode state() {
    return json.path("State");
  }

  boolean running() {
    return state().path("Running").asBoolean();
  }

  boolean paused() {
    return state().path("Paused").asBoolean();
  }

  /** Its process runs, or the engine is about to start it again. */
  boolean active() {
    return running() || state().path("Restarting").asBoolean();
  }

  /** Null where the engine tells none. */
  @Nullable Integer exitStatus() {
    JsonNode status = state().path("ExitCode");
    return status.isNumber() ? status.intValue() : null;
  }

  SortedMap<String, String> labels() {
    return ObservedMapper.labels(json);
  }

  String hostname() {
    return Json.text(json.path("Config").path("Hostname"));
  }

  boolean terminal() {
    return json.path("Config").path("Tty").asBoolean();
  }

  /** By name; what it is called there and which addresses it has. */
  Map<String, JsonNode> endpoints() {
    return Json.members(ObservedMapper.networks(json));
  }

  Set<String> networks() {
    return endpoints().keySet();
  }
}
