package dev.holdfast.api;

import java.util.Optional;
import java.util.function.Supplier;

/** The hooks of agent.yaml, as it is now. */
public interface Hooks {
  Optional<Hook> hook(String name);

  /**
   * @param secret read at each use; an {@link java.io.UncheckedIOException} where it cannot be read
   * @param wake makes the agent look; returns at once
   */
  record Hook(Supplier<String> secret, Runnable wake) {}
}
