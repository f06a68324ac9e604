package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.Release;
import dev.holdfast.model.VolumeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Networks and volumes that are there and are otherwise than the Compose file says. They are used
 * as they are, never removed and made anew: containers are on them, data is in them. So a person
 * has to know. Labels that are missing are none of it.
 */
final class ResourceComparison {
  private final EngineClient engine;

  ResourceComparison(EngineClient engine) {
    this.engine = engine;
  }

  List<String> notices(Release release) {
    List<String> notices = new ArrayList<>();
    for (NetworkSpec network : release.networks().values()) {
      Set<String> differences = network.external() ? Set.of() : differences(network);
      if (!differences.isEmpty()) {
        notices.add(
            "network "
                + network.name()
                + " is there with other settings than the Compose file says ("
                + String.join(", ", differences)
                + "); it is used as it is. To have it as the file says: hold the app, stop its containers,"
                + " docker network rm "
                + network.name()
                + ", resume");
      }
    }
    for (VolumeSpec volume : release.volumes().values()) {
      Set<String> differences = volume.external() ? Set.of() : differences(volume);
      if (!differences.isEmpty()) {
        notices.add(
            "volume "
                + volume.name()
                + " is there with other settings than the Compose file says ("
                + String.join(", ", differences)
                + "); it is used as it is, because it may hold data: copy the data to a new volume and"
                + " name that in the Compose file, or write the settings that it has");
      }
    }
    return notices;
  }

  private Set<String> differences(NetworkSpec network) {
    Set<String> differences = new TreeSet<>();
    JsonNode found;
    try {
      found = engine.get("look at network " + network.name(), Paths.network(network.name()));
    } catch (EngineException.NotFound e) {
      return differences;
    }
    String driver = network.driver() == null ? "bridge" : network.driver();
    if (!driver.equals(found.path("Driver").asText())) {
      differences.add("driver");
    }
    if (network.internal() != found.path("Internal").asBoolean()) {
      differences.add("internal");
    }
    if (network.enableIpv6() != null
        && network.enableIpv6() != found.path("EnableIPv6").asBoolean()) {
      differences.add("enable_ipv6");
    }
    if (!Json.textMap(found.path("Options"))
        .entrySet()
        .containsAll(network.driverOptions().entrySet())) {
      differences.add("driver_opts");
    }
    if (!subnets(found).containsAll(subnets(network))) {
      differences.add("ipam");
    }
    return differences;
  }

  private static Set<String> subnets(NetworkSpec network) {
    Set<String> subnets = new TreeSet<>();
    for (NetworkSpec.Subnet subnet : network.subnets()) {
      if (subnet.subnet() != null) {
        subnets.add(subnet.subnet());
      }
    }
    return subnets;
  }

  private static Set<String> subnets(JsonNode network) {
    Set<String> subnets = new TreeSet<>();
    network.path("IPAM").path("Config").forEach(c -> subnets.add(c.path("Subnet").asText()));
    return subnets;
  }

  private Set<String> differences(VolumeSpec volume) {
    Set<String> differences = new TreeSet<>();
    JsonNode found;
    try {
      found = engine.get("look at volume " + volume.name(), Paths.volume(volume.name()));
    } catch (EngineException.NotFound e) {
      return differences;
    }
    String driver = volume.driver() == null ? "local" : volume.driver();
    if (!driver.equals(found.path("Driver").asText())) {
      differences.add("driver");
    }
    if (!Json.textMap(found.path("Options")).equals(volume.driverOptions())) {
      differences.add("driver_opts");
    }
    return differences;
  }
}
