package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.Health;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.RestartPolicy;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The engine's inspect to our noun. What an engine leaves out, or says in a word we do not know,
 * becomes the most cautious value.
 */
final class ObservedMapper {
  /** The network of containers that share the host's, which have no address of their own. */
  private static final String HOST_NETWORK = "host";

  private static final Pattern ANONYMOUS = Pattern.compile("[0-9a-f]{64}");

  private ObservedMapper() {}

  static ObservedContainer map(JsonNode inspected, List<String> imageDigests) {
    JsonNode engine = inspected.path("State");
    State state = state(engine.path("Status").asText());
    boolean ended = state == State.EXITED || state == State.DEAD;
    return new ObservedContainer(
        inspected.path("Id").asText(),
        name(inspected.path("Name").asText()),
        labels(inspected),
        inspected.path("Image").asText(),
        imageDigests,
        state,
        ended && engine.path("ExitCode").isNumber() ? engine.path("ExitCode").asInt() : null,
        engine.path("OOMKilled").asBoolean(),
        health(engine.path("Health").path("Status").asText()),
        inspected.path("RestartCount").asInt(),
        restart(inspected.path("HostConfig").path("RestartPolicy")),
        instant(inspected.path("Created").asText()),
        instant(engine.path("StartedAt").asText()),
        addresses(inspected),
        anonymousVolumes(inspected),
        new TreeSet<>(Json.names(networks(inspected))),
        null,
        Discovery.isHidden(inspected));
  }

  static JsonNode networks(JsonNode inspected) {
    return inspected.path("NetworkSettings").path("Networks");
  }

  static String name(@Nullable String name) {
    return name == null ? "" : name.startsWith("/") ? name.substring(1) : name;
  }

  /**
   * A state that a later engine may add counts as dead: neither running nor safe to take for
   * stopped by us.
   */
  static State state(@Nullable String status) {
    for (State state : State.values()) {
      if (state.name().equalsIgnoreCase(status)) {
        return state;
      }
    }
    return State.DEAD;
  }

  static Health health(String status) {
    return switch (status.toLowerCase(Locale.ROOT)) {
      case "healthy" -> Health.HEALTHY;
      case "unhealthy" -> Health.UNHEALTHY;
      case "starting" -> Health.STARTING;
      default -> Health.NONE;
    };
  }

  private static RestartPolicy restart(JsonNode policy) {
    return switch (policy.path("Name").asText()) {
      case "always" -> new RestartPolicy(RestartPolicy.Name.ALWAYS, 0);
      case "unless-stopped" -> new RestartPolicy(RestartPolicy.Name.UNLESS_STOPPED, 0);
      case "on-failure" ->
          new RestartPolicy(
              RestartPolicy.Name.ON_FAILURE, policy.path("MaximumRetryCount").asInt());
      default -> RestartPolicy.NO;
    };
  }

  /** The engine writes the year 1 for "never". */
  static @Nullable Instant instant(@Nullable String text) {
    if (text == null || text.startsWith("0001-")) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  static SortedMap<String, String> labels(JsonNode inspected) {
    return Json.textMap(inspected.path("Config").path("Labels"));
  }

  private static SortedMap<String, String> addresses(JsonNode inspected) {
    SortedMap<String, String> addresses = new TreeMap<>();
    networks(inspected)
        .properties()
        .forEach(
            network ->
                address(network.getValue()).ifPresent(ip -> addresses.put(network.getKey(), ip)));
    boolean running = inspected.path("State").path("Running").asBoolean();
    if (running && networks(inspected).has(HOST_NETWORK)) {
      addresses.put(HOST_NETWORK, "127.0.0.1");
    }
    return addresses;
  }

  private static Optional<String> address(JsonNode endpoint) {
    return Stream.of("IPAddress", "GlobalIPv6Address")
        .map(field -> endpoint.path(field).asText())
        .filter(ip -> !ip.isEmpty())
        .findFirst();
  }

  private static SortedMap<String, String> anonymousVolumes(JsonNode inspected) {
    SortedMap<String, String> volumes = new TreeMap<>();
    for (JsonNode mount : inspected.path("Mounts")) {
      String name = mount.path("Name").asText();
      String destination = mount.path("Destination").asText();
      if (!destination.isEmpty() && ANONYMOUS.matcher(name).matches()) {
        volumes.put(destination, name);
      }
    }
    return volumes;
  }
}
