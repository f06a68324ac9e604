package dev.holdfast.registry;

import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.PinnedImage;
import java.util.List;
import java.util.Optional;

/**
 * Registries by the OCI distribution specification. Each call has a deadline and throws {@link
 * RegistryException}.
 */
public interface Registry {
  /** The digest that the tag stands for now: a HEAD of the manifest with all four media types. */
  Digest resolve(ImageReference tagged);

  /** All tags of the repository, through every page. */
  List<String> tags(ImageReference repository);

  /**
   * What an image consists of on a platform, as its manifest has it; empty where that cannot be
   * said. Registries that count pulls count this question as one.
   */
  default Optional<ImageContents> contents(PinnedImage image, String architecture) {
    return Optional.empty();
  }

  /**
   * The layers of an image, in the order of its contents, by the names under which an engine that
   * has unpacked them knows them; empty where that cannot be said.
   */
  default List<String> unpacked(PinnedImage image, ImageContents contents) {
    return List.of();
  }

  /** What to log in with, read anew at each call; empty for anonymous. */
  Optional<Credentials> credentials(String registry);

  /**
   * {@code identityToken}: the password is a refresh token, as Docker's credential helpers give for
   * the user {@code <token>}.
   */
  record Credentials(String username, String password, boolean identityToken) {
    @Override
    public String toString() {
      return "Credentials[***]";
    }
  }
}
