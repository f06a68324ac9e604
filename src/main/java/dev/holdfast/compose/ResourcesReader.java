package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.VolumeSpec;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The top-level {@code networks} and {@code volumes}. What has no {@code name} is really called
 * {@code <project>_<key>}, and what is external and has none is called by its key.
 */
final class ResourcesReader {
  private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9._-]{1,200}");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");

  private final Project project;
  private final Fields file;

  ResourcesReader(Project project, Fields file) {
    this.project = project;
    this.file = file;
  }

  SortedMap<String, NetworkSpec> networks() {
    SortedMap<String, NetworkSpec> networks = new TreeMap<>();
    file.children("networks").forEach((key, fields) -> networks.put(key, network(key, fields)));
    networks.putIfAbsent("default", NetworkSpec.plain("default", project.app() + "_default"));
    return networks;
  }

  SortedMap<String, VolumeSpec> volumes() {
    SortedMap<String, VolumeSpec> volumes = new TreeMap<>();
    file.children("volumes").forEach((key, fields) -> volumes.put(key, volume(key, fields)));
    return volumes;
  }

  private NetworkSpec network(String key, Fields fields) {
    Keys.NETWORK.check(fields);
    boolean external = external(fields);
    Fields ipam = fields.child("ipam");
    if (ipam != null) {
      Keys.IPAM.check(ipam);
    }
    String name = name(key, fields, external);
    String driver = fields.text("driver");
    SortedMap<String, String> options = fields.textMap("driver_opts");
    new NetworkGuard(project, fields).check(name, driver, options);
    return new NetworkSpec(
        key,
        name,
        external,
        driver,
        options,
        fields.isTrue("internal"),
        fields.isTrue("attachable"),
        fields.flag("enable_ipv6"),
        ipam == null ? null : ipam.text("driver"),
        ipam == null
            ? List.of()
            : ipam.items("config").stream().map(item -> subnet(item, ipam)).toList(),
        labels(fields),
        Boolean.FALSE.equals(fields.flag("enable_ipv4")),
        ipam == null ? Collections.emptySortedMap() : ipam.textMap("options"));
  }

  private static NetworkSpec.Subnet subnet(Value item, Fields ipam) {
    Fields fields = Fields.of(item, ipam.path("config"), ipam.problems());
    if (fields == null) {
      return new NetworkSpec.Subnet(null, null, null, Collections.emptySortedMap());
    }
    Keys.SUBNET.check(fields);
    return new NetworkSpec.Subnet(
        fields.text("subnet"),
        fields.text("gateway"),
        fields.text("ip_range"),
        fields.textMap("aux_addresses"));
  }

  private VolumeSpec volume(String key, Fields fields) {
    Keys.VOLUME.check(fields);
    boolean external = external(fields);
    SortedMap<String, String> options = fields.textMap("driver_opts");
    String driver = fields.text("driver");
    if (!external && (driver == null || driver.equals("local"))) {
      new LocalVolumeGuard(project, fields).check(options);
    } else if (!external) {
      new PathGuard(project, fields).check("driver_opts", options);
    }
    return new VolumeSpec(
        key, name(key, fields, external), external, driver, options, labels(fields));
  }

  /** {@code external: true}, or the old form with a name below it. */
  private static boolean external(Fields fields) {
    if (fields.get("external") instanceof Value.Mapping map) {
      Keys.EXTERNAL.check(new Fields(map, fields.path("external"), fields.problems()));
      return true;
    }
    return fields.isTrue("external");
  }

  private String name(String key, Fields fields, boolean external) {
    String fallback = external ? key : project.app() + "_" + key;
    Scalar named = fields.scalar("name");
    Fields old = fields.get("external") instanceof Value.Mapping ? fields.child("external") : null;
    Scalar written = named == null && old != null ? old.scalar("name") : named;
    if (!KEY.matcher(key).matches()) {
      fields
          .problems()
          .error(
              fields.mapping().place(),
              Keys.shown(fields.path())
                  + " is not a valid name; use letters, digits, '.', '_' and '-'");
    } else if (written != null && written.text().isEmpty()) {
      fields.error("name", "is empty (a variable in it may be empty); remove it, or give the name");
    } else if (written != null && !NAME.matcher(written.text()).matches()) {
      fields.error(
          "name",
          "is not a valid name; start with a letter or digit and use letters, digits, '.', '_' and '-'");
    }
    return written == null ? fallback : written.text();
  }

  private static SortedMap<String, String> labels(Fields fields) {
    return LabelsReader.read(fields, "labels");
  }

  /** The networks or volumes that are used, of those that are declared. */
  static <T> SortedMap<String, T> used(SortedMap<String, T> declared, Set<String> keys) {
    SortedMap<String, T> used = new TreeMap<>();
    for (String key : keys) {
      @Nullable T value = declared.get(key);
      if (value != null) {
        used.put(key, value);
      }
    }
    return used;
  }
}
