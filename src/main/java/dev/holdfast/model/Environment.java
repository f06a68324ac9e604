package dev.holdfast.model;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A container's variables. They hold secrets, so their text never leaves by {@link #toString()}.
 */
public record Environment(SortedMap<String, String> values) {
  public static final Environment EMPTY = new Environment(new TreeMap<>());

  public Environment {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  public static Environment of(Map<String, String> values) {
    return new Environment(new TreeMap<>(values));
  }

  /** These variables, with the others added and winning. */
  public Environment with(Environment others) {
    SortedMap<String, String> merged = new TreeMap<>(values);
    merged.putAll(others.values);
    return new Environment(merged);
  }

  @Override
  public String toString() {
    return "Environment" + values.keySet();
  }
}
