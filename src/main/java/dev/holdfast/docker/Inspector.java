package dev.holdfast.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One container as the engine reports it at this moment. */
final class Inspector {
  private final EngineClient engine;

  Inspector(EngineClient engine) {
    this.engine = engine;
  }

  InspectContainerResponse inspect(String id) {
    return engine.look(
        "look at container " + Texts.id(id), docker -> docker.inspectContainerCmd(id).exec());
  }

  Optional<InspectContainerResponse> find(String id) {
    try {
      return Optional.of(inspect(id));
    } catch (EngineException.NotFound e) {
      return Optional.empty();
    }
  }

  boolean runs(String id) {
    return find(id).filter(Inspector::active).isPresent();
  }

  /** Its process runs, or the engine is about to start it again. */
  static boolean active(InspectContainerResponse container) {
    InspectContainerResponse.ContainerState state = container.getState();
    return Boolean.TRUE.equals(state.getRunning()) || Boolean.TRUE.equals(state.getRestarting());
  }

  static String name(InspectContainerResponse container) {
    return ObservedMapper.name(container.getName());
  }

  static Map<String, String> labels(InspectContainerResponse container) {
    Map<String, String> labels =
        container.getConfig() == null ? null : container.getConfig().getLabels();
    return labels == null ? Map.of() : labels;
  }

  static Set<String> networks(InspectContainerResponse container) {
    boolean none =
        container.getNetworkSettings() == null
            || container.getNetworkSettings().getNetworks() == null;
    return none ? Set.of() : container.getNetworkSettings().getNetworks().keySet();
  }
}
