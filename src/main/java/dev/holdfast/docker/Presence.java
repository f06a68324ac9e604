package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;

/** Whether networks and volumes are there, by their real names. */
final class Presence {
  private final EngineClient engine;

  Presence(EngineClient engine) {
    this.engine = engine;
  }

  /** The engine takes the beginning of an id for a name: what it finds must really be called so. */
  boolean network(String name) {
    try {
      JsonNode found = engine.get("look at network " + name, Paths.network(name));
      return found.path("Name").asText().equals(name);
    } catch (EngineException.NotFound e) {
      return false;
    }
  }

  boolean volume(String name) {
    try {
      engine.get("look at volume " + name, Paths.volume(name));
      return true;
    } catch (EngineException.NotFound e) {
      return false;
    }
  }
}
