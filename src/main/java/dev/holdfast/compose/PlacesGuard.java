package dev.holdfast.compose;

import dev.holdfast.model.Backup;
import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.Dependency;
import dev.holdfast.model.Dependency.Condition;
import dev.holdfast.model.EngineOptions;
import dev.holdfast.model.Migration;
import dev.holdfast.model.PortMapping;
import dev.holdfast.model.RolloutSpec;
import dev.holdfast.model.ServiceSpec;
import dev.holdfast.model.Smoke;
import dev.holdfast.model.Updating.Strategy;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Services that are to run more than once, for good or during an update, and have something that
 * only one container can have; and services that do not run at all and are asked to do something.
 *
 * <p>{@code x-holdfast} is written for this agent, so what it asks for and cannot have is an error.
 * {@code deploy.update_config} was written for a Swarm and docker compose ignores it: there the
 * update falls back to recreating, and that is said.
 */
final class PlacesGuard {
  private final SortedMap<String, ServiceSpec> services;
  private final Map<String, Fields> fields;

  PlacesGuard(SortedMap<String, ServiceSpec> services, Map<String, Fields> fields) {
    this.services = services;
    this.fields = fields;
  }

  /** Puts what cannot start first back to recreating. */
  void check() {
    services.replaceAll(
        (name, service) -> {
          Fields at = fields.get(name);
          if (at == null) {
            return service;
          }
          several(service, at);
          return ordered(service, at);
        });
  }

  private void several(ServiceSpec service, Fields at) {
    int replicas = service.updates().replicas();
    if (replicas < 2) {
      return;
    }
    ContainerSpec container = service.container();
    if (container.containerName() != null) {
      at.error(
          "container_name", "one name cannot be given to " + replicas + " containers: remove it");
    }
    container.ports().stream()
        .filter(port -> ports(port) < replicas)
        .findFirst()
        .ifPresent(
            port ->
                at.error(
                    "ports",
                    "publishes host port "
                        + port.published()
                        + " for "
                        + replicas
                        + " containers, and each needs its own: write a range, leave the host port"
                        + " out, or put a proxy before them"));
    fixed(container)
        .ifPresent(
            address ->
                at.error(
                    "networks",
                    "gives "
                        + address
                        + " to "
                        + replicas
                        + " containers, and only one can have it: remove it"));
  }

  /** How many containers can have it at once. */
  private static int ports(PortMapping port) {
    String published = port.published();
    if (published == null || published.equals("0")) {
      return Integer.MAX_VALUE;
    }
    int dash = published.indexOf('-');
    return dash < 0
        ? 1
        : Integer.parseInt(published.substring(dash + 1))
            - Integer.parseInt(published.substring(0, dash))
            + 1;
  }

  /** An address that only one container can have, in words. */
  private static Optional<String> fixed(ContainerSpec container) {
    EngineOptions.Naming naming = container.optionsOrNone().naming();
    if (naming != null && naming.macAddress() != null) {
      return Optional.of("its MAC address");
    }
    return container.networks().stream()
        .filter(
            network ->
                network.ipv4Address() != null
                    || network.ipv6Address() != null
                    || network.macAddress() != null)
        .findFirst()
        .map(network -> "its address on network " + network.network());
  }

  private ServiceSpec ordered(ServiceSpec service, Fields at) {
    if (service.updates().strategy() != Strategy.START_FIRST) {
      return service;
    }
    String hindrance = hindrance(service).orElse(null);
    if (hindrance == null) {
      return service;
    }
    Fields own = own(at);
    if (own != null) {
      own.error(
          "strategy", "cannot be start-first: " + hindrance + "; change that, or write recreate");
      return service;
    }
    at.problems()
        .notice(
            "order",
            at.at("deploy"),
            at.path("deploy")
                + ".update_config.order start-first is not kept to, as "
                + hindrance
                + ": the service is recreated");
    return service.withUpdating(service.updates().recreating());
  }

  /** Where {@code x-holdfast} says the order itself. */
  private static @Nullable Fields own(Fields at) {
    Fields holdfast = at.child("x-holdfast");
    Value strategy = holdfast == null ? null : holdfast.get("strategy");
    boolean says =
        strategy instanceof Value.Mapping map
            ? map.get("order") != null
            : strategy instanceof Value.Scalar;
    return says ? holdfast : null;
  }

  private Optional<String> hindrance(ServiceSpec service) {
    ContainerSpec container = service.container();
    return Stream.of(
            port(container), network(service), awaited(service.name()), lent(service.name()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> port(ContainerSpec container) {
    return container.ports().stream()
        .filter(port -> ports(port) == 1)
        .findFirst()
        .map(
            port ->
                "only one container can have host port "
                    + port.published()
                    + " (a proxy can stand before the service)");
  }

  private static Optional<String> network(ServiceSpec service) {
    ContainerSpec container = service.container();
    if (container.networkMode() != null) {
      return Optional.of(
          "with network_mode " + container.networkMode() + " no client finds it by its name");
    }
    Optional<String> fixed = fixed(container);
    if (fixed.isPresent()) {
      return fixed.map(address -> "only one container can have " + address);
    }
    String hostname = container.hostname();
    boolean known =
        hostname != null
            && (hostname.equals(service.name())
                || container.networks().stream()
                    .anyMatch(network -> network.aliases().contains(hostname)));
    return known
        ? Optional.of(
            "its hostname "
                + hostname
                + " is a name that clients ask for, and the engine gives it to a container as soon"
                + " as it starts")
        : Optional.empty();
  }

  private Optional<String> awaited(String name) {
    return services.values().stream()
        .filter(
            other -> {
              Dependency dependency = other.dependsOn().get(name);
              return dependency != null && dependency.condition() == Condition.COMPLETED;
            })
        .findFirst()
        .map(other -> "services." + other.name() + " waits for it to end");
  }

  private Optional<String> lent(String name) {
    return services.values().stream()
        .filter(other -> other.container().parents().contains(name))
        .findFirst()
        .map(
            other ->
                "services." + other.name() + " shares a namespace or the volumes of its container");
  }

  /** A command needs a container to run in. */
  void check(RolloutSpec rollout, Fields file) {
    Stream.concat(
            rollout.migrations().stream()
                .filter(m -> m.mode() == Migration.Mode.EXEC)
                .map(m -> new Use("migrate", m.service())),
            Stream.concat(
                Stream.concat(
                    rollout.smokes().stream()
                        .filter(Smoke.Command.class::isInstance)
                        .map(s -> new Use("smoke", ((Smoke.Command) s).service())),
                    rollout.backups().values().stream()
                        .map(Backup::from)
                        .filter(Backup.From.Command.class::isInstance)
                        .map(from -> new Use("backup", from.service()))),
                rollout.afters().stream().map(a -> new Use("after", a.service()))))
        .filter(use -> isEmpty(use.service()))
        .forEach(
            use -> {
              Fields holdfast = file.child("x-holdfast");
              if (holdfast != null) {
                holdfast.error(
                    use.key(),
                    "runs a command in a container of "
                        + use.service()
                        + ", which has 0 replicas: give it one, or name another service");
              }
            });
  }

  private record Use(String key, String service) {}

  private boolean isEmpty(String name) {
    ServiceSpec service = services.get(name);
    return service != null && service.updates().replicas() == 0;
  }
}
