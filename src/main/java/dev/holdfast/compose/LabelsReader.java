package dev.holdfast.compose;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * {@code labels} of anything. Those that the agent or compose find their own things by cannot be
 * taken.
 */
final class LabelsReader {
  private static final Set<String> RESERVED = Set.of("dev.holdfast.", "com.docker.compose.");

  private LabelsReader() {}

  static SortedMap<String, String> read(Fields fields, String key) {
    SortedMap<String, String> labels = fields.textMap(key);
    for (Map.Entry<String, String> label : labels.entrySet()) {
      if (label.getKey().isEmpty()) {
        fields.error(key, "has a label without a name; write name=value");
      } else if (RESERVED.stream().anyMatch(label.getKey()::startsWith)) {
        fields.error(
            key, "sets " + Keys.shown(label.getKey()) + ", which Holdfast sets itself; remove it");
      }
    }
    return labels;
  }
}
