package dev.holdfast.docker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.AuthConfigurations;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.core.SSLConfig;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * docker-java's configuration from our settings alone. Its own builder reads the environment,
 * properties and the user's {@code ~/.docker}, none of which may change where the agent connects or
 * with which credentials.
 */
record ClientConfig(URI host, RemoteApiVersion version) implements DockerClientConfig {
  private static final ObjectMapper MAPPER = DockerClientConfig.getDefaultObjectMapper();

  static ObjectMapper mapper() {
    return MAPPER;
  }

  @Override
  public URI getDockerHost() {
    return host;
  }

  @Override
  public RemoteApiVersion getApiVersion() {
    return version;
  }

  @Override
  public @Nullable String getRegistryUsername() {
    return null;
  }

  @Override
  public @Nullable String getRegistryPassword() {
    return null;
  }

  @Override
  public @Nullable String getRegistryEmail() {
    return null;
  }

  @Override
  public String getRegistryUrl() {
    return AuthConfig.DEFAULT_SERVER_ADDRESS;
  }

  @Override
  public @Nullable AuthConfig effectiveAuthConfig(String imageName) {
    return null;
  }

  @Override
  public AuthConfigurations getAuthConfigurations() {
    return new AuthConfigurations();
  }

  @Override
  @SuppressWarnings("deprecation") // The interface still names the old type.
  public @Nullable SSLConfig getSSLConfig() {
    return null;
  }

  @Override
  public ObjectMapper getObjectMapper() {
    return MAPPER;
  }
}
