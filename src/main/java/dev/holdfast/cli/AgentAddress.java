package dev.holdfast.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the agent serves its API.
 *
 * @param host of {@code api.listen}; null where it is off
 */
public record AgentAddress(Path socket, @Nullable String host, int port) {
  /** Reads agent.yaml; what is wrong with it ends the start with exit code 2. */
  public interface Reader {
    AgentAddress read(Path config, Map<String, String> environment);
  }

  /** What Quarkus must be told before it starts. */
  Map<String, String> properties() {
    Map<String, String> socketOnly =
        Map.of(
            "quarkus.http.domain-socket", socket.toAbsolutePath().toString(),
            "quarkus.http.domain-socket-enabled", "true",
            "quarkus.http.host-enabled", Boolean.toString(host != null));
    if (host == null) {
      return socketOnly;
    }
    Map<String, String> both = new TreeMap<>(socketOnly);
    both.put("quarkus.http.host", host);
    both.put("quarkus.http.port", Integer.toString(port));
    return both;
  }
}
