package dev.holdfast.docker;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.Labels;
import dev.holdfast.model.PortMapping;
import dev.holdfast.model.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a Compose key becomes a field of the engine's {@code POST /containers/create}. The body is
 * a tree in the API's own words, because docker-java's command lacks some of them. What is null is
 * left out, so that the image's or the engine's default holds.
 */
final class CreateMapper {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ContainerRequest request;
  private final ContainerSpec spec;
  private final ImageDefaults image;
  private final ApiVersion version;

  private CreateMapper(ContainerRequest request, ImageDefaults image, ApiVersion version) {
    this.request = request;
    this.spec = request.service().spec().container();
    this.image = image;
    this.version = version;
  }

  /**
   * What must be known of the image: its id, its entrypoint, the targets of its VOLUMEs and the
   * names of its labels.
   *
   * @param entrypoint empty where it has none
   */
  record ImageDefaults(
      String id, List<String> entrypoint, List<String> volumes, List<String> labels) {
    ImageDefaults {
      labels = List.copyOf(labels);
      entrypoint = List.copyOf(entrypoint);
      volumes = List.copyOf(volumes);
    }
  }

  static ObjectNode map(ContainerRequest request, ImageDefaults image, ApiVersion version) {
    List<String> lacks = EngineNeeds.of(request.service().spec().container(), version);
    if (!lacks.isEmpty()) {
      throw new EngineException.Refused(
          "could not create container " + request.name() + ": " + String.join("; ", lacks));
    }
    return new CreateMapper(request, image, version).body();
  }

  private ObjectNode body() {
    ObjectNode body = JSON.objectNode();
    body.put("Image", request.service().image().pullReference());
    body.set("Labels", strings(labels()));
    body.set("Env", strings(environment(spec.environment())));
    process(body, spec.process());
    put(body, "Hostname", spec.hostname());
    lifecycle(body, spec.lifecycle());
    body.set("ExposedPorts", exposedPorts());
    healthcheck().ifPresent(healthcheck -> body.set("Healthcheck", healthcheck));
    body.set("HostConfig", hostConfig());
    Endpoints.first(request)
        .ifPresent(endpoint -> body.set("NetworkingConfig", networking(endpoint)));
    boolean ofNetworks =
        version.has(ApiVersion.WITH_MAC_OF_NETWORK) && !Endpoints.networks(request).isEmpty();
    if (!ofNetworks) {
      Endpoints.macAddress(request).ifPresent(address -> body.put("MacAddress", address));
    }
    new OptionsMapper(request).intoContainer(body);
    return body;
  }

  /** A name without a value takes the image's or container's own value away. */
  static List<String> environment(Environment environment) {
    return Stream.concat(
            environment.values().entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()),
            environment.unsetNames().stream())
        .toList();
  }

  private SortedMap<String, String> labels() {
    SortedMap<String, String> labels = new TreeMap<>(spec.labels());
    // A container gets its image's labels too, and ours say what it is and where it belongs.
    image.labels().stream().filter(Labels::isOurs).forEach(label -> labels.put(label, ""));
    labels.putAll(request.labels());
    labels.put(Labels.COMPOSE_IMAGE, image.id());
    Endpoints.label(request).ifPresent(further -> labels.put(Endpoints.LABEL, further));
    return labels;
  }

  private void process(ObjectNode body, ContainerSpec.Process process) {
    entrypointAndCommand(body, process.entrypoint(), process.command());
    put(body, "User", process.user());
    put(body, "WorkingDir", process.workingDir());
    body.put("Tty", process.tty()).put("OpenStdin", process.stdinOpen());
    // Of a shell the input is over once whoever typed is gone.
    boolean typed = Labels.shell(request.labels()) != null;
    body.put("AttachStdin", typed).put("StdinOnce", typed);
    body.put("AttachStdout", true).put("AttachStderr", true);
  }

  /**
   * The engine takes the image's command for a missing or empty one, unless an entrypoint is given;
   * a given entrypoint drops it. So a command that is cleared (an empty list, not null) goes with
   * the image's entrypoint written out, and where the entrypoint is cleared too, with the engine's
   * own sign for none.
   */
  private void entrypointAndCommand(
      ObjectNode body, @Nullable List<String> entrypoint, @Nullable List<String> command) {
    boolean commandCleared = command != null && command.isEmpty();
    if (entrypoint != null && entrypoint.isEmpty() && commandCleared) {
      body.set("Entrypoint", strings(List.of("")));
    } else if (entrypoint != null) {
      body.set("Entrypoint", strings(entrypoint));
    } else if (commandCleared && !image.entrypoint().isEmpty()) {
      body.set("Entrypoint", strings(image.entrypoint()));
    } else if (commandCleared) {
      body.set("Entrypoint", strings(List.of("")));
    }
    if (command != null) {
      body.set("Cmd", strings(command));
    }
  }

  /** The engine counts a stop's grace in whole seconds. */
  private static void lifecycle(ObjectNode body, ContainerSpec.Lifecycle lifecycle) {
    put(body, "StopSignal", lifecycle.stopSignal());
    if (lifecycle.stopGrace() != null) {
      body.put("StopTimeout", Ending.wholeSeconds(lifecycle.stopGrace()));
    }
  }

  private ObjectNode exposedPorts() {
    ObjectNode ports = JSON.objectNode();
    Ports.expand(spec.expose()).forEach(port -> ports.set(port, JSON.objectNode()));
    if (!request.oneOff()) {
      spec.ports().forEach(port -> ports.set(Ports.key(port), JSON.objectNode()));
    }
    return ports;
  }

  private Optional<ObjectNode> healthcheck() {
    if (request.oneOff()) {
      return Optional.of(JSON.objectNode().set("Test", strings(List.of("NONE"))));
    }
    return Optional.ofNullable(spec.healthcheck()).map(this::healthcheck);
  }

  private ObjectNode healthcheck(Healthcheck check) {
    ObjectNode json = JSON.objectNode();
    if (check.test() != null) {
      json.set("Test", strings(check.test()));
    }
    putNanos(json, "Interval", check.interval());
    putNanos(json, "Timeout", check.timeout());
    putNanos(json, "StartPeriod", check.startPeriod());
    // Older engines drop it without a word; the healthcheck then runs at its interval from the
    // beginning.
    if (version.has(ApiVersion.WITH_START_INTERVAL)) {
      putNanos(json, "StartInterval", check.startInterval());
    }
    if (check.retries() != null) {
      json.put("Retries", check.retries());
    }
    return json;
  }

  private ObjectNode hostConfig() {
    ObjectNode host = JSON.objectNode();
    new MountMapper(request, image, version).into(host);
    host.put("NetworkMode", Endpoints.mode(request));
    if (!request.oneOff()) {
      host.set("PortBindings", portBindings(spec.ports()));
    }
    host.set("RestartPolicy", restart(request.oneOff() ? RestartPolicy.NO : spec.restart()));
    if (spec.process().init() != null) {
      host.put("Init", spec.process().init());
    }
    host.put("ReadonlyRootfs", spec.process().readOnly());
    limits(host, spec.limits());
    if (spec.logging() != null) {
      host.set("LogConfig", logging(spec.logging()));
    }
    if (spec.extraHosts() != null) {
      host.set("ExtraHosts", strings(spec.extraHosts()));
    }
    new OptionsMapper(request).intoHost(host);
    return host;
  }

  private static ObjectNode portBindings(List<PortMapping> ports) {
    ObjectNode bindings = JSON.objectNode();
    for (PortMapping port : ports) {
      ObjectNode binding =
          JSON.objectNode()
              .put("HostIp", Ports.hostIp(port))
              .put("HostPort", port.published() == null ? "" : port.published());
      bindings.withArray(JsonPointer.empty().appendProperty(Ports.key(port))).add(binding);
    }
    return bindings;
  }

  static ObjectNode restart(RestartPolicy policy) {
    return JSON.objectNode()
        .put("Name", policy.name().name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .put(
            "MaximumRetryCount",
            policy.name() == RestartPolicy.Name.ON_FAILURE ? policy.maximumRetries() : 0);
  }

  private static void limits(ObjectNode host, ContainerSpec.Limits limits) {
    putLong(host, "Memory", limits.memory());
    putLong(host, "MemoryReservation", limits.memoryReservation());
    putLong(host, "NanoCpus", limits.nanoCpus());
    putLong(host, "PidsLimit", limits.pids());
    putLong(host, "ShmSize", limits.shmSize());
  }

  private static ObjectNode logging(ContainerSpec.Logging logging) {
    return JSON.objectNode()
        .put("Type", logging.driver() == null ? "" : logging.driver())
        .set("Config", strings(logging.options()));
  }

  private static ObjectNode networking(Endpoints.Endpoint endpoint) {
    return JSON.objectNode()
        .set("EndpointsConfig", JSON.objectNode().set(endpoint.network(), endpoint.json()));
  }

  static ArrayNode strings(List<String> values) {
    ArrayNode array = JSON.arrayNode();
    values.forEach(array::add);
    return array;
  }

  static ObjectNode strings(Map<String, String> values) {
    ObjectNode object = JSON.objectNode();
    values.forEach(object::put);
    return object;
  }

  private static void put(ObjectNode json, String field, @Nullable String value) {
    if (value != null) {
      json.put(field, value);
    }
  }

  private static void putLong(ObjectNode json, String field, @Nullable Long value) {
    if (value != null) {
      json.put(field, value);
    }
  }

  private static void putNanos(ObjectNode json, String field, @Nullable Duration value) {
    if (value != null) {
      json.put(field, value.toNanos());
    }
  }
}
