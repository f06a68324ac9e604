package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The part of a comparison that is about the host: limits, rights, ports, logging. */
final class HostComparison {
  /** Mounts and networks have their own comparison; the rest follows from other fields. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "Binds",
          "Mounts",
          "Tmpfs",
          "NetworkMode",
          "RestartPolicy",
          "LogConfig",
          "PortBindings",
          "MaskedPaths",
          "ReadonlyPaths",
          "ConsoleSize",
          "ContainerIDFile",
          "VolumeDriver",
          "Isolation",
          "Cgroup");

  private static final Set<String> UNORDERED =
      Set.of(
          "CapAdd",
          "CapDrop",
          "SecurityOpt",
          "GroupAdd",
          "Devices",
          "DeviceCgroupRules",
          "DeviceRequests",
          "ExtraHosts",
          "Ulimits",
          "VolumesFrom",
          "Links",
          "BlkioWeightDevice",
          "BlkioDeviceReadBps",
          "BlkioDeviceWriteBps",
          "BlkioDeviceReadIOps",
          "BlkioDeviceWriteIOps");

  private static final long SHARED_MEMORY = 64L << 20;

  private final Comparison.Wanted wanted;
  private final JsonNode want;
  private final JsonNode have;
  private final List<String> differences = new ArrayList<>();

  private HostComparison(Comparison.Wanted wanted, JsonNode have) {
    this.wanted = wanted;
    this.want = wanted.body().path("HostConfig");
    this.have = have;
  }

  static List<String> of(Comparison.Wanted wanted, JsonNode hostConfig) {
    HostComparison comparison = new HostComparison(wanted, hostConfig);
    comparison.compare();
    return comparison.differences;
  }

  private void compare() {
    Set<String> fields = new TreeSet<>(Json.names(want));
    fields.addAll(Json.names(have));
    fields.removeAll(ELSEWHERE);
    for (String field : fields) {
      if (!isSame(field)) {
        differences.add(Words.of(field));
      }
    }
    ports();
    logging();
  }

  private boolean isSame(String field) {
    JsonNode asked = limit(field, Json.normal(want.path(field)));
    JsonNode there = limit(field, Json.normal(have.path(field)));
    if (asked.isMissingNode()) {
      return there.isMissingNode() || isTheEnginesOwn(field, there);
    }
    if (UNORDERED.contains(field)) {
      return names(field, asked).equals(names(field, there));
    }
    return asked.equals(there);
  }

  /** -1 is unlimited where 0 is too. */
  private static JsonNode limit(String field, JsonNode value) {
    boolean unlimited =
        value.isNumber()
            && value.asLong() == -1
            && (field.equals("PidsLimit") || field.equals("MemorySwappiness"));
    return unlimited ? com.fasterxml.jackson.databind.node.MissingNode.getInstance() : value;
  }

  private static Set<String> names(String field, JsonNode value) {
    return field.startsWith("Cap")
        ? Json.unordered(value).stream()
            .map(name -> name.toUpperCase(Locale.ROOT).replaceFirst("^CAP_", ""))
            .collect(Collectors.toCollection(TreeSet::new))
        : Json.unordered(value);
  }

  /** What an engine writes down for what nobody said. */
  private boolean isTheEnginesOwn(String field, JsonNode value) {
    return switch (field) {
      case "ShmSize" -> value.asLong() == SHARED_MEMORY;
      case "Runtime" ->
          value.asText().equals("runc")
              || value.asText().equals(wanted.info().path("DefaultRuntime").asText());
      case "IpcMode" -> Set.of("private", "shareable").contains(value.asText());
      case "CgroupnsMode" -> Set.of("private", "host").contains(value.asText());
      case "MemorySwap" -> value.asLong() == 2 * have.path("Memory").asLong();
      case "SecurityOpt" ->
          have.path("Privileged").asBoolean()
              && Json.unordered(value).equals(Set.of("label=disable"));
      default -> false;
    };
  }

  private void ports() {
    Map<String, Set<String>> asked = bindings(want.path("PortBindings"));
    Map<String, Set<String>> there = bindings(have.path("PortBindings"));
    Set<String> ports = new TreeSet<>(asked.keySet());
    ports.addAll(there.keySet());
    ports.stream()
        .filter(port -> !asked.getOrDefault(port, Set.of()).equals(there.get(port)))
        .forEach(port -> differences.add("ports (" + port + ")"));
  }

  private static SortedMap<String, Set<String>> bindings(JsonNode bindings) {
    SortedMap<String, Set<String>> ports = new TreeMap<>();
    for (var port : bindings.properties()) {
      Set<String> published = new TreeSet<>();
      for (JsonNode binding : port.getValue()) {
        String host = binding.path("HostPort").asText();
        published.add(binding.path("HostIp").asText() + "|" + (host.equals("0") ? "" : host));
      }
      if (!published.isEmpty()) {
        ports.put(port.getKey(), published);
      }
    }
    return ports;
  }

  /**
   * An engine adds its own options to those of a container with its own driver, and tells nobody
   * which they are: more options than were asked for are taken for the engine's.
   */
  private void logging() {
    String own = wanted.info().path("LoggingDriver").asText();
    String asked = want.path("LogConfig").path("Type").asText();
    String driver = asked.isEmpty() ? own : asked;
    String there = have.path("LogConfig").path("Type").asText();
    SortedMap<String, String> options = Json.textMap(want.path("LogConfig").path("Config"));
    SortedMap<String, String> found = Json.textMap(have.path("LogConfig").path("Config"));
    boolean covered =
        driver.equals(own)
            ? found.entrySet().containsAll(options.entrySet())
            : found.equals(options);
    if (!driver.equals(there) || !covered) {
      differences.add("logging");
    }
  }
}
