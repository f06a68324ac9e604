package dev.holdfast.registry;

import dev.holdfast.model.Digest;
import java.util.List;

/**
 * What is to be fetched for an image.
 *
 * @param config describes what the layers become
 * @param layers the lowest first
 */
public record ImageContents(Digest config, List<Layer> layers) {
  public ImageContents {
    layers = List.copyOf(layers);
  }

  /**
   * @param size in bytes, compressed as it is fetched
   */
  public record Layer(Digest digest, long size) {}
}
