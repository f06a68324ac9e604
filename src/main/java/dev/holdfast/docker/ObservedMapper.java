package dev.holdfast.docker;

import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.HostConfig;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.Health;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.RestartPolicy;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  static ObservedContainer map(InspectContainerResponse inspected, List<String> imageDigests) {
    InspectContainerResponse.ContainerState engine = inspected.getState();
    State state = state(engine.getStatus());
    boolean ended = state == State.EXITED || state == State.DEAD;
    return new ObservedContainer(
        inspected.getId(),
        name(inspected.getName()),
        labels(inspected),
        inspected.getImageId(),
        imageDigests,
        state,
        ended && engine.getExitCodeLong() != null ? engine.getExitCodeLong().intValue() : null,
        Boolean.TRUE.equals(engine.getOOMKilled()),
        health(engine.getHealth()),
        inspected.getRestartCount() == null ? 0 : inspected.getRestartCount(),
        restart(inspected.getHostConfig()),
        instant(inspected.getCreated()),
        instant(engine.getStartedAt()),
        addresses(inspected),
        anonymousVolumes(inspected),
        new TreeSet<>(Inspector.networks(inspected)),
        null);
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

  static Health health(@Nullable HealthState health) {
    String status =
        health == null || health.getStatus() == null
            ? "none"
            : health.getStatus().toLowerCase(Locale.ROOT);
    return switch (status) {
      case "healthy" -> Health.HEALTHY;
      case "unhealthy" -> Health.UNHEALTHY;
      case "starting" -> Health.STARTING;
      default -> Health.NONE;
    };
  }

  static RestartPolicy restart(@Nullable HostConfig host) {
    com.github.dockerjava.api.model.@Nullable RestartPolicy policy =
        host == null ? null : host.getRestartPolicy();
    String name = policy == null || policy.getName() == null ? "no" : policy.getName();
    int retries =
        policy == null || policy.getMaximumRetryCount() == null ? 0 : policy.getMaximumRetryCount();
    return switch (name) {
      case "always" -> new RestartPolicy(RestartPolicy.Name.ALWAYS, 0);
      case "unless-stopped" -> new RestartPolicy(RestartPolicy.Name.UNLESS_STOPPED, 0);
      case "on-failure" -> new RestartPolicy(RestartPolicy.Name.ON_FAILURE, retries);
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

  private static SortedMap<String, String> labels(InspectContainerResponse inspected) {
    Map<String, String> labels =
        inspected.getConfig() == null ? null : inspected.getConfig().getLabels();
    return labels == null ? new TreeMap<>() : new TreeMap<>(labels);
  }

  private static SortedMap<String, String> addresses(InspectContainerResponse inspected) {
    SortedMap<String, String> addresses = new TreeMap<>();
    if (inspected.getNetworkSettings() == null
        || inspected.getNetworkSettings().getNetworks() == null) {
      return addresses;
    }
    boolean running = Boolean.TRUE.equals(inspected.getState().getRunning());
    inspected
        .getNetworkSettings()
        .getNetworks()
        .forEach(
            (network, endpoint) -> address(endpoint).ifPresent(ip -> addresses.put(network, ip)));
    if (running && inspected.getNetworkSettings().getNetworks().containsKey(HOST_NETWORK)) {
      addresses.put(HOST_NETWORK, "127.0.0.1");
    }
    return addresses;
  }

  private static Optional<String> address(ContainerNetwork endpoint) {
    return Stream.of(endpoint.getIpAddress(), endpoint.getGlobalIPv6Address())
        .filter(ip -> ip != null && !ip.isEmpty())
        .findFirst();
  }

  private static SortedMap<String, String> anonymousVolumes(InspectContainerResponse inspected) {
    SortedMap<String, String> volumes = new TreeMap<>();
    List<InspectContainerResponse.Mount> mounts =
        inspected.getMounts() == null ? List.of() : inspected.getMounts();
    for (InspectContainerResponse.Mount mount : mounts) {
      if (mount.getName() != null
          && mount.getDestination() != null
          && ANONYMOUS.matcher(mount.getName()).matches()) {
        volumes.put(mount.getDestination().getPath(), mount.getName());
      }
    }
    return volumes;
  }
}
