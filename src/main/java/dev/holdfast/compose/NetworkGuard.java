package dev.holdfast.compose;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Networks that are a way onto the server's own: the engine's {@code host}, by whatever key and
 * name; drivers that put containers beside the server; a bridge that is there already.
 */
final class NetworkGuard {
  private static final String WORD = "host-network";
  private static final Set<String> ENCLOSED = Set.of("bridge", "overlay", "default");
  private static final String BRIDGE = "com.docker.network.bridge.name";

  private final Project project;
  private final Grants grants;

  NetworkGuard(Project project, Fields network) {
    this.project = project;
    this.grants = new Grants(project, network);
  }

  void check(String name, @Nullable String driver, Map<String, String> options) {
    if (name.equals("host")) {
      grants.need(WORD, "name", "is the server's own network");
    }
    if (driver != null && !ENCLOSED.contains(driver)) {
      grants.need(WORD, "driver", "puts containers on the server's own network");
    }
    String bridge = options.get(BRIDGE);
    // One that carries the app's name was made for it.
    if (bridge != null && !bridge.contains(project.app())) {
      grants.need(
          WORD, "driver_opts", "sets " + BRIDGE + ", which may be a bridge of the server's own");
    }
  }
}
