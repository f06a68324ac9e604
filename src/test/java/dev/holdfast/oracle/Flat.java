package dev.holdfast.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * An inspect's JSON as paths and values. Lists whose order means nothing to the engine are sorted;
 * the environment and the mounts become maps, by name and by target, and both ways to ask for a
 * mount become one.
 */
final class Flat {
  private static final Set<String> UNORDERED =
      Set.of(
          "Aliases",
          "Binds",
          "CapAdd",
          "CapDrop",
          "Devices",
          "ExtraHosts",
          "GroupAdd",
          "Links",
          "SecurityOpt",
          "Ulimits",
          "VolumesFrom");

  private Flat() {}

  static void into(SortedMap<String, String> fields, String path, JsonNode json) {
    if (json.isObject() && !json.isEmpty()) {
      json.properties().forEach(member -> into(fields, path + "/" + member.getKey(), member));
    } else {
      fields.put(path, json.toString());
    }
  }

  private static void into(
      SortedMap<String, String> fields, String path, Map.Entry<String, JsonNode> member) {
    JsonNode value = member.getValue();
    if (member.getKey().equals("HostConfig")) {
      Mounted.into(fields, path + "/Mounted", value);
    }
    if (Mounted.KEYS.stream().anyMatch(key -> path.endsWith("/HostConfig/" + key))) {
      return;
    }
    if (!value.isArray()) {
      into(fields, path, value);
    } else if (member.getKey().equals("Env")) {
      value.forEach(
          entry -> {
            String[] parts = entry.asText().split("=", 2);
            fields.put(path + "/" + parts[0], parts.length > 1 ? "\"" + parts[1] + "\"" : "null");
          });
    } else if (member.getKey().equals("Mounts") && value.path(0).has("Destination")) {
      value.forEach(mount -> into(fields, path + "/" + mount.get("Destination").asText(), mount));
    } else {
      fields.put(path, UNORDERED.contains(member.getKey()) ? sorted(value) : value.toString());
    }
  }

  private static String sorted(JsonNode array) {
    List<String> items = new ArrayList<>();
    array.forEach(item -> items.add(item.toString()));
    return items.stream().sorted().toList().toString();
  }
}
