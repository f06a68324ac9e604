package dev.holdfast.store;

import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is missing in a value read from a file: a component that is null although its type
 * does not say that it may be.
 */
final class Completeness {
  private Completeness() {}

  /** The first missing component, as a path; empty where the value is whole. */
  static Optional<String> missing(Object value) {
    return switch (value) {
      case Record record -> missing(record);
      case Iterable<?> items -> first(items);
      case Map<?, ?> map -> first(map.values());
      default -> Optional.empty();
    };
  }

  private static Optional<String> missing(Record record) {
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = read(record, component);
      if (value == null && !component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
        return Optional.of(component.getName());
      }
      Optional<String> inside = value == null ? Optional.empty() : missing(value);
      if (inside.isPresent()) {
        return inside.map(name -> component.getName() + "." + name);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> first(Iterable<?> items) {
    for (Object item : items) {
      Optional<String> missing = item == null ? Optional.of("null") : missing(item);
      if (missing.isPresent()) {
        return missing;
      }
    }
    return Optional.empty();
  }

  private static @Nullable Object read(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record's accessor failed: " + component, e);
    }
  }
}
