package dev.holdfast.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A container's variables. They hold secrets, so their text never leaves by {@link #toString()}.
 *
 * @param unset names that are not set even where the image sets them; null for none, so that
 *     releases without keep their ids
 */
public record Environment(SortedMap<String, String> values, @Nullable List<String> unset) {
  public static final Environment EMPTY = of(Map.of());

  public Environment {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    unset = unset == null || unset.isEmpty() ? null : unset.stream().sorted().distinct().toList();
  }

  /** The names of {@code unset}, of which there may be none. */
  public List<String> unsetNames() {
    return unset == null ? List.of() : unset;
  }

  public static Environment of(Map<String, String> values) {
    return new Environment(new TreeMap<>(values), null);
  }

  /** These variables, with the others added and winning. */
  public Environment with(Environment others) {
    NavigableMap<String, String> merged = new TreeMap<>(values);
    merged.putAll(others.values);
    merged.keySet().removeAll(others.unsetNames());
    return new Environment(
        merged,
        Stream.concat(unsetNames().stream(), others.unsetNames().stream())
            .filter(name -> !merged.containsKey(name))
            .toList());
  }

  @Override
  public String toString() {
    return "Environment" + values.keySet();
  }
}
