package dev.holdfast.agent;

import dev.holdfast.config.AgentConfig;
import dev.holdfast.docker.DockerSettings;
import dev.holdfast.registry.RegistrySettings;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What agent.yaml says, in the words of the adapters. */
final class AdapterSettings {
  private AdapterSettings() {}

  static DockerSettings docker(AgentConfig.Docker docker) {
    return docker(docker.host(), docker.tls(), DockerSettings.Deadlines.DEFAULT);
  }

  static DockerSettings docker(
      String host, AgentConfig.Docker.@Nullable Tls tls, DockerSettings.Deadlines deadlines) {
    DockerSettings.TlsFiles files =
        tls == null
            ? null
            : new DockerSettings.TlsFiles(tls.caFile(), tls.certFile(), tls.keyFile());
    return new DockerSettings(URI.create(host), files, deadlines);
  }

  static RegistrySettings registries(AgentConfig config) {
    Map<String, RegistrySettings.Entry> entries = new HashMap<>();
    config
        .registries()
        .forEach(
            (name, access) ->
                entries.put(
                    name,
                    new RegistrySettings.Entry(
                        access.username(), access.password(), access.insecure())));
    return new RegistrySettings(entries);
  }
}
