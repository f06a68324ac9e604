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

  /**
   * @param folder of the Compose file, in the source
   */
  RelativePaths(String file, String folder) {
    String up = folder.isEmpty() ? "" : "../".repeat(folder.split("/").length);
    String down = SourcePaths.folderOf(file);
    this.prefix = "./" + up + (down.isEmpty() ? "" : down + "/");
  }

  Mapping ofServices(Mapping services) {
    return each(
        services,
        (key, service) -> service instanceof Mapping map ? each(map, this::ofKey) : service);
  }

  private Value ofKey(String key, Value value) {
    return switch (key) {
      case "volumes" -> items(value, this::ofMount);
      case "env_file" -> items(value, this::ofEnvFile);
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
    return new Scalar(path.place(), path.action(), prefix + path.text(), path.style());
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
