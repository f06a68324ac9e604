package dev.holdfast.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * What a container asks the engine to mount, by target: the engine takes it as text under {@code
 * Binds} or as an object under {@code Mounts}. Both say the same, except that the engine makes a
 * path of the host that is missing only for a text.
 */
final class Mounted {
  static final Set<String> KEYS = Set.of("Binds", "Mounts");
  private static final Set<String> PROPAGATION =
      Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");

  private Mounted() {}

  static void into(SortedMap<String, String> fields, String path, JsonNode hostConfig) {
    hostConfig.path("Binds").forEach(bind -> text(fields, path, bind.asText()));
    hostConfig.path("Mounts").forEach(mount -> object(fields, path, mount));
  }

  private static void text(SortedMap<String, String> fields, String path, String bind) {
    String[] parts = bind.split(":", -1);
    List<String> options = parts.length > 2 ? List.of(parts[2].split(",")) : List.of();
    boolean isPath = parts[0].startsWith("/") || parts[0].startsWith("<");
    String at = path + "/" + parts[1];
    fields.put(at + "/As", isPath ? "text of a path" : "text of a volume");
    fields.put(at + "/Source", parts[0]);
    fields.put(at + "/ReadOnly", String.valueOf(options.contains("ro")));
    fields.put(at + "/NoCopy", String.valueOf(options.contains("nocopy")));
    fields.put(at + "/Subpath", "");
    fields.put(
        at + "/Propagation", options.stream().filter(PROPAGATION::contains).findFirst().orElse(""));
    fields.put(
        at + "/Relabelled",
        options.stream().filter(Set.of("z", "Z")::contains).findFirst().orElse(""));
  }

  private static void object(SortedMap<String, String> fields, String path, JsonNode mount) {
    String at = path + "/" + mount.path("Target").asText();
    JsonNode volume = mount.path("VolumeOptions");
    fields.put(at + "/As", mount.path("Type").asText().equals("tmpfs") ? "tmpfs" : "mount");
    fields.put(at + "/Source", mount.path("Source").asText());
    fields.put(at + "/ReadOnly", String.valueOf(mount.path("ReadOnly").asBoolean()));
    fields.put(at + "/NoCopy", String.valueOf(volume.path("NoCopy").asBoolean()));
    fields.put(at + "/Subpath", volume.path("Subpath").asText());
    fields.put(at + "/Propagation", mount.path("BindOptions").path("Propagation").asText());
    fields.put(at + "/Relabelled", "");
    if (mount.has("TmpfsOptions")) {
      fields.put(at + "/TmpfsOptions", mount.path("TmpfsOptions").toString());
    }
  }
}
