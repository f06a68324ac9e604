package dev.holdfast.registry;

/** Told of every request that was sent to a registry or to its token server, for counting. */
@FunctionalInterface
public interface RegistryListener {
  RegistryListener NONE = (registry, status) -> {};

  /**
   * @param registry as in the image reference, also where the token server was asked for it
   * @param status the HTTP status; 0 where no complete answer came
   */
  void requested(String registry, int status);
}
