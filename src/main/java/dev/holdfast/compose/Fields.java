package dev.holdfast.compose;

import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Member;
import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Sequence;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A map of a file, read field by field: here a scalar gets its type. What does not fit is a problem
 * and reads as if it were not there, so that one reading tells all problems.
 */
final class Fields {
  private static final int MOST_ITEMS = 1000;
  private static final int LONGEST_TEXT = 4096;
  private static final Duration LONGEST_WAIT = Duration.ofHours(24);
  private static final Set<String> TRUE = Set.of("true", "y", "yes", "on", "1");
  private static final Set<String> FALSE = Set.of("false", "n", "no", "off", "0");

  private final Mapping mapping;
  private final String path;
  private final Problems problems;

  Fields(Mapping mapping, String path, Problems problems) {
    this.mapping = mapping;
    this.path = path;
    this.problems = problems;
  }

  /** Null, with a problem, where the value is not a map. */
  static @Nullable Fields of(Value value, String path, Problems problems) {
    if (value instanceof Mapping mapping) {
      return new Fields(mapping, path, problems);
    }
    problems.error(value.place(), path + " must be a map of keys and values");
    return null;
  }

  Mapping mapping() {
    return mapping;
  }

  String path() {
    return path;
  }

  String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  Problems problems() {
    return problems;
  }

  Place at(String key) {
    return mapping.placeOf(key);
  }

  void error(String key, String message) {
    Value value = mapping.get(key);
    problems.error(value == null ? at(key) : value.place(), path(key) + " " + message);
  }

  void warn(String key, String message) {
    problems.warn(at(key), path(key) + " " + message);
  }

  boolean has(String key) {
    return mapping.members().containsKey(key);
  }

  @Nullable Value get(String key) {
    return mapping.get(key);
  }

  /** A map below; null where it is missing or not a map. */
  @Nullable Fields child(String key) {
    Value value = get(key);
    return value == null ? null : of(value, path(key), problems);
  }

  /** The entries of a map below, each a map itself; a null entry is an empty map. */
  SortedMap<String, Fields> children(String key) {
    SortedMap<String, Fields> children = new TreeMap<>();
    Fields child = child(key);
    if (child != null) {
      child
          .mapping
          .members()
          .forEach(
              (name, member) ->
                  child.entry(name, member).ifPresent(fields -> children.put(name, fields)));
    }
    return children;
  }

  private Optional<Fields> entry(String name, Member member) {
    Value value = GoScalars.isNull(member.value()) ? Mapping.empty(member.key()) : member.value();
    return Optional.ofNullable(of(value, path(name), problems));
  }

  @Nullable Scalar scalar(String key) {
    Value value = get(key);
    if (value == null || value instanceof Scalar) {
      return (Scalar) value;
    }
    error(key, "must be a single value, not a list or a map");
    return null;
  }

  /** The text as it is written; null where it is missing, null or empty. */
  @Nullable String text(String key) {
    Scalar scalar = scalar(key);
    if (scalar != null
        && (scalar.text().indexOf('\0') >= 0 || scalar.text().length() > LONGEST_TEXT)) {
      error(key, "holds a NUL character or more than " + LONGEST_TEXT + " characters; shorten it");
      return null;
    }
    return scalar == null || scalar.text().isEmpty() ? null : scalar.text();
  }

  private <T> @Nullable T parsed(
      String key, Function<String, Optional<T>> parser, String expected) {
    Scalar scalar = scalar(key);
    if (scalar == null || scalar.text().isEmpty()) {
      return null;
    }
    Optional<T> value = parser.apply(scalar.text());
    if (value.isEmpty()) {
      error(key, scalar.shown() + " is not " + expected);
      return null;
    }
    return value.get();
  }

  @Nullable Boolean flag(String key) {
    return parsed(key, Fields::flagOf, "true or false");
  }

  boolean isTrue(String key) {
    return Boolean.TRUE.equals(flag(key));
  }

  private static Optional<Boolean> flagOf(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return TRUE.contains(lower)
        ? Optional.of(true)
        : FALSE.contains(lower) ? Optional.of(false) : Optional.empty();
  }

  @Nullable Integer integer(String key, int min, int max) {
    return parsed(
        key, text -> integerOf(text, min, max), "a whole number from " + min + " to " + max);
  }

  static Optional<Integer> integerOf(String text, int min, int max) {
    return GoScalars.integer(text)
        .filter(
            value ->
                value.compareTo(BigInteger.valueOf(min)) >= 0
                    && value.compareTo(BigInteger.valueOf(max)) <= 0)
        .map(BigInteger::intValue);
  }

  @Nullable Duration duration(String key) {
    return parsed(
        key, Units::duration, "a duration; write it with units, such as 30s, 1m30s or 500ms");
  }

  /** How long a rollout waits for something: the app, and others behind it, wait as long. */
  @Nullable Duration wait(String key) {
    Duration written = duration(key);
    if (written != null && written.compareTo(LONGEST_WAIT) > 0) {
      error(key, "must be at most 24h: a rollout waits no longer for one thing");
      return null;
    }
    return written;
  }

  @Nullable Long bytes(String key) {
    return parsed(key, Units::bytes, "a size; write it such as 512m or 1g");
  }

  @Nullable Long nanoCpus(String key) {
    return parsed(key, Units::nanoCpus, "a number of processors; write it such as '0.5'");
  }

  /** A list, or one value that stands for a list of one. */
  List<Value> items(String key) {
    Value value = get(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof Sequence sequence && sequence.items().size() > MOST_ITEMS) {
      error(key, "has more than " + MOST_ITEMS + " items; shorten it");
      return List.of();
    }
    return value instanceof Sequence sequence ? sequence.items() : List.of(value);
  }

  /** The texts of a list, or of the one value that stands for a list of one. */
  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (Value item : items(key)) {
      if (item instanceof Scalar scalar && scalar.text().indexOf('\0') < 0) {
        texts.add(scalar.text());
      } else {
        problems.error(item.place(), path(key) + " takes text; this item is none");
      }
    }
    return texts;
  }

  /**
   * A map, or a list of {@code key=value}; numbers become text as compose makes it, null becomes
   * the empty text.
   */
  SortedMap<String, String> textMap(String key) {
    SortedMap<String, String> map = new TreeMap<>();
    Value value = get(key);
    if (value instanceof Mapping entries) {
      entries.members().forEach((name, member) -> put(map, name, member.value(), path(key)));
    } else if (value instanceof Sequence) {
      for (String item : texts(key)) {
        int equals = item.indexOf('=');
        map.put(
            equals < 0 ? item : item.substring(0, equals),
            equals < 0 ? "" : item.substring(equals + 1));
      }
    } else if (value != null) {
      error(key, "must be a map or a list of key=value");
    }
    return map;
  }

  private void put(SortedMap<String, String> map, String name, Value value, String where) {
    if (!(value instanceof Scalar scalar) || scalar.text().indexOf('\0') >= 0) {
      problems.error(value.place(), where + "." + name + " must be a single value");
    } else {
      map.put(name, GoScalars.isNull(scalar) ? "" : GoScalars.format(scalar));
    }
  }
}
