package dev.holdfast.store;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is missing in a value read from a file: a component that is null although its type
 * does not say that it may be.
 */
final class Completeness {
  private record Component(String name, Method accessor, boolean nullable) {}

  /** Java parses the annotations anew each time that it is asked for them. */
  private static final ClassValue<List<Component>> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected List<Component> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents()).map(Completeness::component).toList();
        }
      };

  private Completeness() {}

  /** Reads what a type says of its components, which is kept. */
  static void prepare(Class<? extends Record> type) {
    var _ = COMPONENTS.get(type);
  }

  private static Component component(RecordComponent component) {
    return new Component(
        component.getName(),
        component.getAccessor(),
        component.getAnnotatedType().isAnnotationPresent(Nullable.class));
  }

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
    for (Component component : COMPONENTS.get(record.getClass())) {
      Object value = read(record, component);
      if (value == null && !component.nullable()) {
        return Optional.of(component.name());
      }
      Optional<String> inside = value == null ? Optional.empty() : missing(value);
      if (inside.isPresent()) {
        return inside.map(name -> component.name() + "." + name);
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

  private static @Nullable Object read(Record record, Component component) {
    try {
      return component.accessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record's accessor failed: " + component, e);
    }
  }
}
