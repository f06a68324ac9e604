package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.docker.Engine.PullProgress;
import java.util.HashMap;
import java.util.Map;

/** The bytes of a pull, summed over its layers. For display only: no decision hangs on it. */
final class Layers {
  private static final int MOST = 1000;

  private final Map<String, Layer> layers = new HashMap<>();

  private record Layer(long current, long total) {}

  synchronized void add(JsonNode item) {
    String id = item.path("id").asText();
    Layer known = layers.get(id);
    switch (item.path("status").asText()) {
      case "Downloading" -> downloading(id, item.path("progressDetail"));
      case "Download complete", "Pull complete" -> {
        if (known != null) {
          layers.put(id, new Layer(known.total(), known.total()));
        }
      }
      default -> {
        // Waiting, extracting: no bytes of the transfer.
      }
    }
  }

  private void downloading(String id, JsonNode detail) {
    long total = detail.path("total").asLong();
    if (total > 0 && (layers.containsKey(id) || layers.size() < MOST)) {
      layers.put(id, new Layer(Math.min(detail.path("current").asLong(), total), total));
    }
  }

  synchronized PullProgress progress() {
    return new PullProgress(
        layers.values().stream().mapToLong(Layer::current).sum(),
        layers.values().stream().mapToLong(Layer::total).sum());
  }
}
