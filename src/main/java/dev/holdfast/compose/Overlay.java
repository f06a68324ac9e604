package dev.holdfast.compose;

import dev.holdfast.compose.Value.Action;
import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Member;
import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Sequence;
import dev.holdfast.compose.Value.Style;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges a further Compose file over what was read before it: maps deeply, single values replace,
 * lists append, without what is doubled ({@link Uniqueness}). Lists of {@code key=value} and of
 * names become maps first; commands are replaced whole; {@code !reset} removes what was there and
 * {@code !override} replaces it.
 */
final class Overlay {
  private static final Set<String> REPLACED = Set.of("command", "entrypoint", "test", "build");
  private static final Set<String> KEY_VALUE =
      Set.of(
          "environment",
          "labels",
          "annotations",
          "sysctls",
          "driver_opts",
          "options",
          "aux_addresses");
  private static final Set<String> NAMES = Set.of("depends_on", "networks");
  private static final Set<String> ONE_OR_MANY =
      Set.of(
          "env_file", "label_file", "tmpfs", "expose", "profiles", "dns", "dns_search", "dns_opt");

  private Overlay() {}

  static Mapping merge(Mapping base, Mapping over) {
    Map<String, Member> merged = new LinkedHashMap<>(base.members());
    over.members()
        .forEach(
            (key, member) -> {
              Member before = merged.get(key);
              Value value = value(key, before == null ? null : before.value(), member.value());
              if (value == null) {
                merged.remove(key);
              } else {
                merged.put(key, new Member(member.key(), value));
              }
            });
    return Mapping.of(base.members().isEmpty() ? over.place() : base.place(), Action.NONE, merged);
  }

  /** Null where the key is to be removed. */
  private static @Nullable Value value(String key, @Nullable Value before, Value over) {
    if (over.action() == Action.RESET) {
      return null;
    }
    if (before == null || over.action() == Action.OVERRIDE || REPLACED.contains(key)) {
      return clean(over);
    }
    Value base = normal(key, before);
    Value top = normal(key, over);
    if (base instanceof Mapping below && top instanceof Mapping above) {
      return key.equals("logging") && !sameDriver(below, above)
          ? clean(above)
          : merge(below, above);
    }
    if (base instanceof Sequence below && top instanceof Sequence above) {
      List<Value> items = new ArrayList<>(below.items());
      items.addAll(((Sequence) clean(above)).items());
      return Sequence.of(below.place(), Action.NONE, Uniqueness.of(key, items));
    }
    return GoScalars.isNull(top) && !(base instanceof Scalar) ? base : clean(top);
  }

  /** Without what the file itself resets. */
  private static Value clean(Value value) {
    return switch (value) {
      case Scalar scalar -> scalar;
      case Sequence list ->
          Sequence.of(
              list.place(),
              Action.NONE,
              list.items().stream()
                  .filter(item -> item.action() != Action.RESET)
                  .map(Overlay::clean)
                  .toList());
      case Mapping map -> merge(Mapping.empty(map.place()), map);
    };
  }

  private static boolean sameDriver(Mapping below, Mapping above) {
    Value base = below.get("driver");
    Value top = above.get("driver");
    return base == null
        || top == null
        || (base instanceof Scalar a && top instanceof Scalar b && a.text().equals(b.text()));
  }

  private static Value normal(String key, Value value) {
    if (key.equals("extra_hosts")) {
      return hosts(value);
    }
    if (value instanceof Sequence list && (KEY_VALUE.contains(key) || NAMES.contains(key))) {
      return asMap(list);
    }
    if (value instanceof Scalar scalar && ONE_OR_MANY.contains(key) && !GoScalars.isNull(scalar)) {
      return Sequence.of(scalar.place(), Action.NONE, List.of(scalar));
    }
    return value;
  }

  private static Value asMap(Sequence list) {
    Map<String, Member> members = new LinkedHashMap<>();
    for (Value item : list.items()) {
      if (!(item instanceof Scalar scalar)) {
        return list;
      }
      int equals = scalar.text().indexOf('=');
      String name = equals < 0 ? scalar.text() : scalar.text().substring(0, equals);
      Style style = scalar.style() == Style.INTERPOLATED ? Style.INTERPOLATED : Style.QUOTED;
      Scalar behind =
          equals < 0
              ? new Scalar(scalar.place(), Action.NONE, "", Style.PLAIN)
              : new Scalar(scalar.place(), Action.NONE, scalar.text().substring(equals + 1), style);
      members.put(name, new Member(scalar.place(), behind));
    }
    return Mapping.of(list.place(), Action.NONE, members);
  }

  /** By name, each with all its addresses, so that addresses append as docker compose does it. */
  private static Value hosts(Value value) {
    Map<String, List<Value>> addresses = new LinkedHashMap<>();
    if (value instanceof Mapping map) {
      map.members()
          .forEach(
              (name, member) ->
                  addresses.put(
                      name,
                      member.value() instanceof Sequence list
                          ? list.items()
                          : List.of(member.value())));
    } else if (!(value instanceof Sequence list) || !addresses(list, addresses)) {
      return value;
    }
    Map<String, Member> members = new LinkedHashMap<>();
    addresses.forEach(
        (name, values) ->
            members.put(
                name, new Member(value.place(), Sequence.of(value.place(), Action.NONE, values))));
    return Mapping.of(value.place(), Action.NONE, members);
  }

  /** False where an item is no {@code host=address}. */
  private static boolean addresses(Sequence list, Map<String, List<Value>> addresses) {
    for (Value item : list.items()) {
      String text = item instanceof Scalar scalar ? scalar.text() : "";
      int at = text.indexOf('=') < 0 ? text.indexOf(':') : text.indexOf('=');
      if (!(item instanceof Scalar scalar) || at < 0) {
        return false;
      }
      addresses
          .computeIfAbsent(text.substring(0, at), name -> new ArrayList<>())
          .add(new Scalar(scalar.place(), Action.NONE, text.substring(at + 1), scalar.style()));
    }
    return true;
  }
}
