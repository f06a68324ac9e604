package dev.holdfast.registry;

import dev.holdfast.registry.Registry.Credentials;
import dev.holdfast.registry.RegistryException.Unauthorized;
import dev.holdfast.registry.RegistrySettings.Entry;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** agent.yaml first, then Docker's config.json; read anew at each use. */
record CredentialSource(Supplier<RegistrySettings> settings, DockerConfig docker) {
  Optional<Credentials> credentials(String registry) {
    Optional<Entry> entry = settings.get().of(registry);
    return entry.isPresent() && entry.get().username() != null && entry.get().password() != null
        ? Optional.of(fromAgent(registry, entry.get()))
        : docker.credentials(RegistrySettings.canonical(registry));
  }

  private static Credentials fromAgent(String registry, Entry entry) {
    try {
      return new Credentials(required(entry.username()), required(entry.password()).get(), false);
    } catch (RuntimeException e) {
      throw new Unauthorized(
          "could not read the password for the registry "
              + registry
              + " because "
              + e.getMessage()
              + "; check password-file in agent.yaml");
    }
  }

  private static <T> T required(@Nullable T value) {
    return Objects.requireNonNull(value);
  }
}
