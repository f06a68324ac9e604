package dev.holdfast.model;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One text for one value, on every server: records by component name, maps by key, lists in order,
 * text with its length before it, so that no two different values share a form. A component that is
 * null, false or an empty map is left out, so that a new field with such a default does not change
 * the ids of the releases that run (an upgraded agent must do nothing).
 */
public final class Canonical {
  /**
   * Accessors by component name; looked up once a class, because reflection makes new ones at each
   * call.
   */
  private static final ClassValue<List<Method>> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected List<Method> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getAccessor)
              .sorted(Comparator.comparing(Method::getName))
              .peek(accessor -> accessor.setAccessible(true))
              .toList();
        }
      };

  private Canonical() {}

  public static String sha256(Object value) {
    try {
      byte[] form = form(value).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(form));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  static String form(Object value) {
    StringBuilder out = new StringBuilder();
    write(out, value);
    return out.toString();
  }

  private static void write(StringBuilder out, Object value) {
    switch (value) {
      case PinnedImage image -> text(out, image.name().name() + "@" + image.digest());
      case Record record -> record(out, record);
      case Map<?, ?> map -> map(out, map);
      case List<?> list -> list(out, list);
      case Duration duration -> text(out, duration.toString());
      case Enum<?> constant -> text(out, constant.name());
      case String string -> text(out, string);
      case Integer number -> text(out, number.toString());
      case Long number -> text(out, number.toString());
      case Boolean flag -> text(out, flag.toString());
      default -> throw new IllegalArgumentException("no canonical form for " + value.getClass());
    }
  }

  private static void text(StringBuilder out, String text) {
    if (isEncodable(text)) {
      out.append(text.length()).append(':').append(text);
    } else {
      // Half a surrogate pair has no bytes in UTF-8: it would become the same question mark as any
      // other.
      out.append(text.length()).append('!');
      text.chars().forEach(c -> out.append(Integer.toHexString(c)).append('.'));
    }
  }

  private static boolean isEncodable(String text) {
    return text.chars().noneMatch(c -> Character.isSurrogate((char) c))
        || StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static void list(StringBuilder out, List<?> list) {
    out.append('[');
    list.forEach(item -> write(out, item));
    out.append(']');
  }

  private static void map(StringBuilder out, Map<?, ?> map) {
    Map<String, Object> sorted = new TreeMap<>();
    map.forEach((key, value) -> sorted.put((String) key, value));
    out.append('{');
    sorted.forEach(
        (key, value) -> {
          text(out, key);
          write(out, value);
        });
    out.append('}');
  }

  private static void record(StringBuilder out, Record record) {
    // The simple name tells the cases of a sealed interface apart.
    out.append('(');
    text(out, record.getClass().getSimpleName());
    COMPONENTS
        .get(record.getClass())
        .forEach(component -> component(out, component.getName(), read(record, component)));
    out.append(')');
  }

  private static void component(StringBuilder out, String name, @Nullable Object value) {
    if (value != null && !isDefault(value)) {
      text(out, name);
      write(out, value);
    }
  }

  /**
   * An empty list is not left out: an empty {@code command} clears the image's, a missing one keeps
   * it.
   */
  private static boolean isDefault(Object value) {
    return switch (value) {
      case Boolean flag -> !flag;
      case Map<?, ?> map -> map.isEmpty();
      default -> false;
    };
  }

  private static @Nullable Object read(Record record, Method accessor) {
    try {
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record's accessor failed: " + accessor, e);
    }
  }
}
