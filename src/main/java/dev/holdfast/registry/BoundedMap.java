package dev.holdfast.registry;

import java.util.LinkedHashMap;
import java.util.Map;

/** Forgets what was used longest ago: names come from files that anybody may have written. */
final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
  private static final int MAX = 1_000;

  BoundedMap() {
    super(16, 0.75f, true);
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > MAX;
  }
}
