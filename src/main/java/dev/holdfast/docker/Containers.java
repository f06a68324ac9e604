package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.holdfast.docker.CreateMapper.ImageDefaults;
import dev.holdfast.docker.EngineClient.StreamRequest;
import dev.holdfast.model.RestartPolicy;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a container. Each method looks at what is there before it takes a failure for
 * one: an answer that got lost, or a 500 after the work was done, is success when the container
 * says so.
 */
final class Containers {
  private static final Duration WAIT_SLICE = Duration.ofSeconds(50);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final EngineClient engine;
  private final Images images;

  Containers(EngineClient engine, Images images) {
    this.engine = engine;
    this.images = images;
  }

  InspectContainerResponse inspect(String id) {
    return engine.look(
        "look at container " + Texts.id(id), docker -> docker.inspectContainerCmd(id).exec());
  }

  /**
   * One call creates it. If a further network then cannot be connected, the container goes again: a
   * half-made one must not stay.
   */
  String create(ContainerRequest request) {
    ImageDefaults defaults = defaults(request);
    String id =
        engine
            .post(
                "create container " + request.name(),
                "/containers/create?name=" + encode(request.name()),
                version -> CreateMapper.map(request, defaults, version))
            .path("Id")
            .asText();
    try {
      connectMissing(inspect(id));
    } catch (EngineException e) {
      takeBack(id, e);
      throw e;
    }
    return id;
  }

  private void takeBack(String id, EngineException cause) {
    try {
      remove(id);
    } catch (EngineException e) {
      cause.addSuppressed(e);
    }
  }

  private ImageDefaults defaults(ContainerRequest request) {
    String reference = request.service().image().pullReference();
    InspectImageResponse image =
        images
            .inspect(request.service().image())
            .orElseThrow(
                () ->
                    new EngineException.NotFound(
                        "could not create container "
                            + request.name()
                            + ": image "
                            + reference
                            + " is not here; pull it first"));
    ContainerConfig config = image.getConfig();
    String[] entrypoint = config == null ? null : config.getEntrypoint();
    Map<String, ?> volumes = config == null ? null : config.getVolumes();
    return new ImageDefaults(
        String.valueOf(image.getId()),
        entrypoint == null ? List.of() : Arrays.asList(entrypoint),
        volumes == null ? List.of() : List.copyOf(volumes.keySet()));
  }

  private void connectMissing(InspectContainerResponse container) {
    Map<String, String> labels = container.getConfig().getLabels();
    Set<String> connected = container.getNetworkSettings().getNetworks().keySet();
    for (Endpoints.Endpoint endpoint :
        Endpoints.missing(labels == null ? Map.of() : labels, connected)) {
      connect(container.getId(), endpoint);
    }
  }

  private void connect(String id, Endpoints.Endpoint endpoint) {
    String what = "connect container " + Texts.id(id) + " to network " + endpoint.network();
    try {
      engine.post(
          what,
          "/networks/" + encode(endpoint.network()) + "/connect",
          version -> connection(id, endpoint));
    } catch (EngineException e) {
      if (!inspect(id).getNetworkSettings().getNetworks().containsKey(endpoint.network())) {
        throw e;
      }
    }
  }

  private static JsonNode connection(String id, Endpoints.Endpoint endpoint) {
    return com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
        .objectNode()
        .put("Container", id)
        .set("EndpointConfig", endpoint.json());
  }

  void start(String id) {
    InspectContainerResponse before = inspect(id);
    if (active(before)) {
      return;
    }
    connectMissing(before);
    try {
      engine.change(
          "start container " + name(before), docker -> docker.startContainerCmd(id).exec());
    } catch (EngineException.NotFound e) {
      throw startNeeds(id, e);
    } catch (EngineException.Ambiguous e) {
      startFailed(id, e);
    }
  }

  /** 404 also means that a network or a volume of the container is gone. */
  private EngineException startNeeds(String id, EngineException.NotFound e) {
    inspect(id);
    return new EngineException.Refused(String.valueOf(e.getMessage()));
  }

  /**
   * The engine answers 500 to what it refuses: a port that is taken, a mount or a command that is
   * not there.
   */
  private void startFailed(String id, EngineException.Ambiguous e) {
    if (active(inspect(id))) {
      return;
    }
    if (!(e.getCause() instanceof Failures.ServerError)) {
      throw e;
    }
    String message = String.valueOf(e.getMessage());
    String words = message.toLowerCase(Locale.ROOT);
    boolean taken =
        words.contains("port is already allocated") || words.contains("address already in use");
    throw taken ? new EngineException.Conflict(message) : new EngineException.Refused(message);
  }

  void stop(String id, Duration grace) {
    try {
      engine.change(
          "stop container " + Texts.id(id),
          grace.plus(engine.deadlines().margin()),
          docker ->
              docker.stopContainerCmd(id).withTimeout(CreateMapper.wholeSeconds(grace)).exec());
    } catch (EngineException.NotFound e) {
      return;
    } catch (EngineException.Ambiguous | EngineException.Conflict e) {
      kill(id);
    }
    if (runs(id)) {
      kill(id);
    }
    if (runs(id)) {
      throw new EngineException.Ambiguous(
          "could not stop container "
              + Texts.id(id)
              + ": the engine still reports it as running after a kill; see what holds its process, or restart the engine",
          null);
    }
  }

  private void kill(String id) {
    if (!runs(id)) {
      return;
    }
    try {
      engine.change("kill container " + Texts.id(id), docker -> docker.killContainerCmd(id).exec());
    } catch (EngineException.NotFound | EngineException.Conflict e) {
      return;
    }
    awaitEnd(id);
  }

  private void awaitEnd(String id) {
    long end = System.nanoTime() + engine.deadlines().margin().toNanos();
    while (runs(id) && System.nanoTime() - end < 0) {
      pause();
    }
  }

  private boolean runs(String id) {
    try {
      return active(inspect(id));
    } catch (EngineException.NotFound e) {
      return false;
    }
  }

  private static boolean active(InspectContainerResponse container) {
    InspectContainerResponse.ContainerState state = container.getState();
    return Boolean.TRUE.equals(state.getRunning()) || Boolean.TRUE.equals(state.getRestarting());
  }

  private static String name(InspectContainerResponse container) {
    return ObservedMapper.name(container.getName());
  }

  void rename(String id, String name) {
    InspectContainerResponse before = inspect(id);
    if (name(before).equals(name)) {
      return;
    }
    try {
      engine.change(
          "rename container " + name(before) + " to " + name,
          docker -> docker.renameContainerCmd(id).withName(name).exec());
    } catch (EngineException.Ambiguous | EngineException.Conflict | EngineException.Refused e) {
      if (!name(inspect(id)).equals(name)) {
        throw e;
      }
    }
  }

  void remove(String id) {
    try {
      engine.change(
          "remove container " + Texts.id(id),
          docker -> docker.removeContainerCmd(id).withForce(false).withRemoveVolumes(false).exec());
    } catch (EngineException.NotFound e) {
      return;
    } catch (EngineException.Conflict e) {
      if (!String.valueOf(e.getMessage()).contains("already in progress")) {
        throw e;
      }
    } catch (EngineException.Ambiguous e) {
      if (exists(id)) {
        throw e;
      }
    }
  }

  private boolean exists(String id) {
    try {
      inspect(id);
      return true;
    } catch (EngineException.NotFound e) {
      return false;
    }
  }

  void setRestartPolicy(String id, RestartPolicy policy) {
    engine.post(
        "set the restart policy of container " + Texts.id(id),
        "/containers/" + encode(id) + "/update",
        version ->
            com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                .objectNode()
                .set("RestartPolicy", CreateMapper.restart(policy)));
  }

  /**
   * Waits in slices, so that an engine that went away is noticed, and takes the exit status from an
   * inspect alone: the engine's own wait answers 0 for a container that never ran.
   */
  Optional<Integer> waitFor(String id, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      InspectContainerResponse container = inspect(id);
      Integer status = exitStatus(container);
      if (status != null) {
        return Optional.of(status);
      }
      Duration left = Duration.ofNanos(end - System.nanoTime());
      if (left.isNegative()) {
        return Optional.empty();
      }
      await(id, left.compareTo(WAIT_SLICE) < 0 ? left : WAIT_SLICE);
    }
  }

  private static @Nullable Integer exitStatus(InspectContainerResponse container) {
    InspectContainerResponse.ContainerState state = container.getState();
    return switch (ObservedMapper.state(state.getStatus())) {
      case EXITED, DEAD ->
          state.getExitCodeLong() == null ? null : state.getExitCodeLong().intValue();
      case CREATED ->
          throw new EngineException.Refused(
              "could not wait for container " + name(container) + ": it has never been started");
      case RUNNING, PAUSED, RESTARTING, REMOVING -> null;
    };
  }

  private void await(String id, Duration slice) {
    StreamRequest request =
        new StreamRequest(
            Method.POST,
            "/containers/" + encode(id) + "/wait?condition=not-running",
            null,
            Map.of());
    try (Calls.Call<JsonNode> call =
        engine.stream(
            "wait for container " + Texts.id(id),
            request,
            body -> ClientConfig.mapper().readTree(body))) {
      call.await(slice);
    } catch (EngineException.Ambiguous e) {
      // The slice is over, or the connection: the next inspect tells which.
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException.Ambiguous(
          "could not wait for a container: the agent stopped waiting", e);
    }
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
