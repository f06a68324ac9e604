package dev.holdfast.compose;

import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Member;
import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Sequence;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Rewrites the relative paths in the services of another file, which are seen from that file's
 * folder, into paths seen from the Compose file's. What leaves the source keeps leaving it, so that
 * the readers refuse it.
 */
final class RelativePaths {
  private final String prefix;

  private RelativePaths(String prefix) {
    this.prefix = prefix;
  }

  /** From {@code folder} of the source to {@code base}, which paths are seen from afterwards. */
  static RelativePaths between(String folder, String base) {
    String up = base.isEmpty() ? "" : "../".repeat(base.split("/").length);
    return new RelativePaths(folder.equals(base) ? "" : "./" + up + suffixed(folder));
  }

  private static String suffixed(String folder) {
    return folder.isEmpty() ? "" : folder + "/";
  }

  /** A whole file: its services, and the files that its configs and secrets name. */
  Mapping ofDocument(Mapping document) {
    return each(
        document,
        (key, value) ->
            switch (key) {
              case "services" -> value instanceof Mapping map ? ofServices(map) : value;
              case "configs", "secrets" -> value instanceof Mapping map ? ofFiles(map) : value;
              default -> value;
            });
  }

  private Mapping ofFiles(Mapping resources) {
    return each(
        resources,
        (name, resource) ->
            resource instanceof Mapping map
                ? each(map, (key, value) -> key.equals("file") ? ofPath(value) : value)
                : resource);
  }

  Mapping ofServices(Mapping services) {
    return each(
        services,
        (key, service) -> service instanceof Mapping map ? each(map, this::ofKey) : service);
  }

  private Value ofKey(String key, Value value) {
    return switch (key) {
      case "volumes" -> items(value, this::ofMount);
      case "env_file", "label_file" -> items(value, this::ofEnvFile);
      default -> value;
    };
  }

  private Value ofMount(Value mount) {
    return switch (mount) {
      case Scalar scalar ->
          scalar.text().startsWith(".") && scalar.text().indexOf(':') > 0 ? moved(scalar) : scalar;
      case Mapping map ->
          map.get("type") instanceof Scalar type && type.text().equals("bind")
              ? each(map, (key, value) -> key.equals("source") ? ofPath(value) : value)
              : map;
      case Sequence list -> list;
    };
  }

  private Value ofEnvFile(Value file) {
    return file instanceof Mapping map
        ? each(map, (key, value) -> key.equals("path") ? ofPath(value) : value)
        : ofPath(file);
  }

  private Value ofPath(Value value) {
    boolean relative =
        value instanceof Scalar path
            && !path.text().isEmpty()
            && !path.text().startsWith("/")
            && !path.text().startsWith("~");
    return relative ? moved((Scalar) value) : value;
  }

  private Scalar moved(Scalar path) {
    return prefix.isEmpty()
        ? path
        : new Scalar(path.place(), path.action(), prefix + path.text(), path.style());
  }

  private interface Change {
    Value of(String key, Value value);
  }

  private static Mapping each(Mapping map, Change change) {
    Map<String, Member> members = new LinkedHashMap<>();
    map.members()
        .forEach(
            (key, member) ->
                members.put(key, new Member(member.key(), change.of(key, member.value()))));
    return Mapping.of(map.place(), map.action(), members);
  }

  private static Value items(Value value, UnaryOperator<Value> change) {
    return value instanceof Sequence list
        ? Sequence.of(list.place(), list.action(), list.items().stream().map(change).toList())
        : change.apply(value);
  }
}
