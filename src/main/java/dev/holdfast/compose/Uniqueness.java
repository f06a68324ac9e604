package dev.holdfast.compose;

import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Sequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What makes two items of an appended list the same (Compose Specification, "Merge and override",
 * "Unique resources"): of such two the later one counts, at the place of the earlier. A list that
 * is not named here keeps all its items.
 */
final class Uniqueness {
  private static final Set<String> BY_TARGET = Set.of("volumes", "secrets", "configs");
  private static final Set<String> BY_VALUE =
      Set.of(
          "cap_add",
          "cap_drop",
          "dns",
          "dns_opt",
          "dns_search",
          "expose",
          "external_links",
          "links",
          "profiles",
          "security_opt",
          "group_add",
          "device_cgroup_rules",
          "aliases",
          "link_local_ips");

  private Uniqueness() {}

  static List<Value> of(String key, List<Value> items) {
    Map<Object, Value> unique = new LinkedHashMap<>();
    items.forEach(item -> unique.put(identity(key, item), item));
    return List.copyOf(unique.values());
  }

  /** Equal to nothing else where nothing makes the item the same as another. */
  private static Object identity(String key, Value item) {
    String text = text(key, item);
    return text.isEmpty() ? new Object() : text;
  }

  private static String text(String key, Value item) {
    if (BY_TARGET.contains(key)) {
      return target(key, item);
    }
    if (BY_VALUE.contains(key)) {
      return item instanceof Scalar scalar ? scalar.text() : "";
    }
    return switch (key) {
      case "ports" -> port(item);
      case "devices" -> part(item, "target", 1);
      case "tmpfs" -> part(item, "target", 0);
      case "env_file", "label_file" -> item instanceof Scalar file ? file.text() : of(item, "path");
      default -> "";
    };
  }

  private static String of(Value item, String key) {
    return item instanceof Mapping map && map.get(key) instanceof Scalar scalar
        ? scalar.text()
        : "";
  }

  /** A secret without a target is known in the container by its name. */
  private static String target(String key, Value item) {
    if (key.equals("volumes")) {
      return part(item, "target", 1);
    }
    String root = key.equals("secrets") ? "/run/secrets/" : "/";
    String name = item instanceof Scalar scalar ? scalar.text() : of(item, "target");
    String known = name.isEmpty() ? of(item, "source") : name;
    return known.isEmpty() || known.startsWith("/") ? known : root + known;
  }

  /** Of the short form the part with this index, or the last where there are fewer. */
  private static String part(Value item, String key, int index) {
    if (!(item instanceof Scalar scalar)) {
      return of(item, key);
    }
    List<String> parts = List.of(scalar.text().split(":", -1));
    return parts.get(Math.min(index, parts.size() - 1));
  }

  /** {@code host_ip:published:target/protocol}. */
  private static String port(Value item) {
    if (item instanceof Sequence) {
      return "";
    }
    if (item instanceof Mapping) {
      String protocol = of(item, "protocol");
      String written =
          of(item, "host_ip") + ":" + of(item, "published") + ":" + of(item, "target") + "/";
      return written + (protocol.isEmpty() ? "tcp" : protocol);
    }
    String text = ((Scalar) item).text().strip().toLowerCase(Locale.ROOT);
    String whole = text.indexOf('/') < 0 ? text + "/tcp" : text;
    int colons = (int) whole.chars().filter(c -> c == ':').count();
    return "::".substring(Math.min(colons, 2)) + whole;
  }
}
