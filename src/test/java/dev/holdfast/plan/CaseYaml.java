package dev.holdfast.plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A map of a golden case; a key that nobody reads is a mistake in the case and fails it. */
final class CaseYaml {
  private final String where;
  private final Map<String, Object> map;

  private CaseYaml(String where, Map<?, Object> values) {
    this.where = where;
    this.map = new LinkedHashMap<>();
    values.forEach((key, value) -> map.put(key.toString(), value));
  }

  /** Empty where there is no such file. */
  static @Nullable CaseYaml file(Path path) {
    if (!Files.exists(path)) {
      return null;
    }
    try {
      Object read = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(path));
      return of(path.toString(), read);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  static CaseYaml of(String where, @Nullable Object value) {
    return new CaseYaml(where, value == null ? Map.of() : (Map<?, Object>) value);
  }

  private @Nullable Object take(String key) {
    return map.remove(key);
  }

  String text(String key, String otherwise) {
    Object value = take(key);
    return value == null ? otherwise : value.toString();
  }

  @Nullable String maybe(String key) {
    Object value = take(key);
    return value == null ? null : value.toString();
  }

  boolean flag(String key, boolean otherwise) {
    Object value = take(key);
    return value == null ? otherwise : (Boolean) value;
  }

  int number(String key, int otherwise) {
    Object value = take(key);
    return value == null ? otherwise : (Integer) value;
  }

  @Nullable Integer maybeNumber(String key) {
    return (Integer) take(key);
  }

  Duration seconds(String key, int otherwise) {
    return Duration.ofSeconds(number(key, otherwise));
  }

  @SuppressWarnings("unchecked")
  List<String> texts(String key) {
    Object value = take(key);
    return value == null
        ? List.of()
        : ((List<Object>) value).stream().map(Object::toString).toList();
  }

  CaseYaml map(String key) {
    return of(where + ": " + key, take(key));
  }

  @SuppressWarnings("unchecked")
  List<CaseYaml> maps(String key) {
    Object value = take(key);
    return value == null
        ? List.of()
        : ((List<Object>) value).stream().map(v -> of(where + ": " + key, v)).toList();
  }

  List<String> keys() {
    return List.copyOf(map.keySet());
  }

  void done() {
    if (!map.isEmpty()) {
      throw new IllegalArgumentException(where + ": nobody knows " + map.keySet());
    }
  }
}
