package dev.holdfast.docker;

/** Whether networks and volumes are there, by their real names. */
final class Presence {
  private final EngineClient engine;

  Presence(EngineClient engine) {
    this.engine = engine;
  }

  /** The engine takes the beginning of an id for a name: what it finds must really be called so. */
  boolean network(String name) {
    try {
      return engine
          .look(
              "look at network " + name,
              docker -> docker.inspectNetworkCmd().withNetworkId(name).exec())
          .getName()
          .equals(name);
    } catch (EngineException.NotFound e) {
      return false;
    }
  }

  boolean volume(String name) {
    try {
      engine.look("look at volume " + name, docker -> docker.inspectVolumeCmd(name).exec());
      return true;
    } catch (EngineException.NotFound e) {
      return false;
    }
  }
}
