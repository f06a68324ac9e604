package dev.holdfast.registry;

import dev.holdfast.model.ImageReference;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What agent.yaml says about registries, by the name that stands in image references; Docker Hub's
 * other names count as {@code docker.io}.
 */
public record RegistrySettings(Map<String, Entry> registries) {
  public static final RegistrySettings NONE = new RegistrySettings(Map.of());

  public RegistrySettings {
    Map<String, Entry> byName = new HashMap<>();
    registries.forEach((name, entry) -> byName.put(canonical(name), entry));
    registries = Map.copyOf(byName);
  }

  /**
   * @param password asked at each use, so that a rotated file counts at once
   * @param insecure plain http instead of https
   */
  public record Entry(
      @Nullable String username, @Nullable Supplier<String> password, boolean insecure) {
    @Override
    public String toString() {
      return "Entry[username=" + username + ", password=***, insecure=" + insecure + "]";
    }
  }

  Optional<Entry> of(String registry) {
    return Optional.ofNullable(registries.get(canonical(registry)));
  }

  boolean insecure(String registry) {
    return of(registry).map(Entry::insecure).orElse(false);
  }

  static String canonical(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "index.docker.io", "registry-1.docker.io" -> ImageReference.DOCKER_HUB;
      default -> lower;
    };
  }
}
