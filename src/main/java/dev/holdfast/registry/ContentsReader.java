package dev.holdfast.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.Digest;
import dev.holdfast.registry.ImageContents.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what a manifest says of an image's size. A registry may send anything: what is not as the
 * specification has it says nothing.
 */
final class ContentsReader {
  private static final int MOST = 1000;
  private static final long LARGEST = 1L << 44;

  private ContentsReader() {}

  /** Of an index, the one manifest for this platform; empty where there is none, or more. */
  static Optional<Digest> ofIndex(JsonNode index, String architecture) {
    List<Digest> found = new ArrayList<>();
    for (JsonNode manifest : index.path("manifests")) {
      JsonNode platform = manifest.path("platform");
      if (platform.path("os").asText().equals("linux")
          && platform.path("architecture").asText().equals(architecture)) {
        Digest.parse(manifest.path("digest").asText()).ifPresent(found::add);
      }
    }
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  static boolean isIndex(JsonNode manifest) {
    return manifest.path("manifests").isArray();
  }

  static Optional<ImageContents> ofManifest(JsonNode manifest) {
    Optional<Digest> config = Digest.parse(manifest.at("/config/digest").asText());
    JsonNode listed = manifest.path("layers");
    List<Layer> layers = new ArrayList<>();
    for (JsonNode layer : listed) {
      Optional<Digest> digest = Digest.parse(layer.path("digest").asText());
      JsonNode size = layer.path("size");
      if (digest.isPresent() && size.isIntegralNumber() && isSane(size.longValue())) {
        layers.add(new Layer(digest.get(), size.longValue()));
      }
    }
    boolean whole = listed.isArray() && listed.size() == layers.size() && layers.size() <= MOST;
    return whole ? config.map(known -> new ImageContents(known, layers)) : Optional.empty();
  }

  private static boolean isSane(long size) {
    return size >= 0 && size <= LARGEST;
  }

  static List<String> unpacked(JsonNode config) {
    List<String> layers = new ArrayList<>();
    for (JsonNode layer : config.at("/rootfs/diff_ids")) {
      Optional<Digest> digest = Digest.parse(layer.asText());
      if (digest.isEmpty()) {
        return List.of();
      }
      layers.add(digest.get().value());
    }
    return layers;
  }
}
