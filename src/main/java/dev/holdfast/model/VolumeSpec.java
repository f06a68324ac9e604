package dev.holdfast.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A named volume; {@code name} is its real name: {@code <project>_<key>} unless the file gives one.
 * Never removed by the agent.
 */
public record VolumeSpec(
    String key,
    String name,
    boolean external,
    @Nullable String driver,
    SortedMap<String, String> driverOptions,
    SortedMap<String, String> labels) {
  public VolumeSpec {
    driverOptions = Collections.unmodifiableSortedMap(new TreeMap<>(driverOptions));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }
}
