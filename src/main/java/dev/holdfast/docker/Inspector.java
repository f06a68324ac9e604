package dev.holdfast.docker;

import java.util.Optional;

/** One container as the engine reports it at this moment. */
final class Inspector {
  private final EngineClient engine;

  Inspector(EngineClient engine) {
    this.engine = engine;
  }

  Inspected inspect(String id) {
    return new Inspected(
        engine.get("look at container " + Texts.id(id), Paths.container(id) + "/json"));
  }

  Optional<Inspected> find(String id) {
    try {
      return Optional.of(inspect(id));
    } catch (EngineException.NotFound e) {
      return Optional.empty();
    }
  }

  boolean runs(String id) {
    return find(id).filter(Inspected::active).isPresent();
  }
}
