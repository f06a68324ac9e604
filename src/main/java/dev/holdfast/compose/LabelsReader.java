package dev.holdfast.compose;

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
    check(fields, key, labels.keySet());
    return labels;
  }

  static void check(Fields fields, String key, Set<String> labels) {
    for (String label : labels) {
      if (label.isEmpty()) {
        fields.error(key, "has a label without a name; write name=value");
      } else if (RESERVED.stream().anyMatch(label::startsWith)) {
        fields.error(key, "sets " + Keys.shown(label) + ", which Holdfast sets itself; remove it");
      }
    }
  }
}
