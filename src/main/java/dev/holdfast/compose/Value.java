package dev.holdfast.compose;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A YAML value with its place. Scalars stay text until the field that they are for is known,
 * because {@code 1.10} is a number in one place and a version in another.
 */
sealed interface Value {
  Place place();

  Action action();

  /** How many values it is made of, aliases counted as often as they are used; saturates. */
  int weight();

  /** Compose's own tags, which say what merging a further file does. */
  enum Action {
    NONE,
    RESET,
    OVERRIDE
  }

  /**
   * How a scalar came to be: only PLAIN ones can be numbers, and INTERPOLATED ones may hold
   * secrets.
   */
  enum Style {
    PLAIN,
    QUOTED,
    INTERPOLATED
  }

  /** A key's place and what stands behind it. */
  record Member(Place key, Value value) {}

  record Scalar(Place place, Action action, String text, Style style) implements Value {
    @Override
    public int weight() {
      return 1;
    }

    /** The text for a message; a value that came out of a variable is not shown. */
    String shown() {
      if (style == Style.INTERPOLATED) {
        return "its value";
      }
      String visible = text.length() > 80 ? text.substring(0, 80) + "…" : text;
      return "'" + visible.replaceAll("\\p{Cntrl}", "?") + "'";
    }

    @Override
    public String toString() {
      return style == Style.INTERPOLATED ? "***" : text;
    }
  }

  record Sequence(Place place, Action action, List<Value> items, int weight) implements Value {
    static Sequence of(Place place, Action action, List<Value> items) {
      return new Sequence(place, action, List.copyOf(items), sum(items));
    }
  }

  record Mapping(Place place, Action action, Map<String, Member> members, int weight)
      implements Value {
    static Mapping of(Place place, Action action, Map<String, Member> members) {
      Map<String, Member> copy = Collections.unmodifiableMap(new LinkedHashMap<>(members));
      return new Mapping(
          place, action, copy, sum(copy.values().stream().map(Member::value).toList()));
    }

    static Mapping empty(Place place) {
      return of(place, Action.NONE, Map.of());
    }

    /** What stands behind a key; null where it is missing or null. */
    @Nullable Value get(String key) {
      Member member = members.get(key);
      return member == null || GoScalars.isNull(member.value()) ? null : member.value();
    }

    Place placeOf(String key) {
      Member member = members.get(key);
      return member == null ? place : member.key();
    }
  }

  /** True where a value says nothing: null, false, an empty list, map or text. */
  default boolean saysNothing() {
    return switch (this) {
      case Scalar scalar ->
          GoScalars.isNull(scalar)
              || scalar.text().isEmpty()
              || (scalar.style() == Style.PLAIN && scalar.text().equals("false"));
      case Sequence sequence -> sequence.items().isEmpty();
      case Mapping map -> map.members().isEmpty();
    };
  }

  private static int sum(List<Value> values) {
    long total = 1;
    for (Value value : values) {
      total += value.weight();
    }
    return (int) Math.min(total, Integer.MAX_VALUE);
  }
}
