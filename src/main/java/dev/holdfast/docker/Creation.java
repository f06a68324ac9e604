package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.holdfast.docker.CreateMapper.ImageDefaults;
import dev.holdfast.model.PinnedImage;

/**
 * Creates a container in one call, then connects its further networks. If one of those cannot be
 * connected the container goes again; if the agent dies in between, {@link Containers#start}
 * completes it.
 */
final class Creation {
  private final EngineClient engine;
  private final Images images;
  private final Presence presence;
  private final Inspector inspector;

  Creation(EngineClient engine, Images images, Presence presence, Inspector inspector) {
    this.engine = engine;
    this.images = images;
    this.presence = presence;
    this.inspector = inspector;
  }

  String create(ContainerRequest request) {
    String what = "create container " + request.name();
    ImageDefaults defaults = defaults(what, request);
    requireNetworks(what, request);
    String id =
        engine
            .post(
                what,
                "/containers/create?name=" + Paths.encode(request.name()),
                version -> CreateMapper.map(request, defaults, version))
            .path("Id")
            .asText();
    if (Endpoints.networks(request).size() < 2) {
      return id;
    }
    try {
      connectMissing(inspector.inspect(id));
    } catch (EngineException e) {
      takeBack(id, e);
      throw e;
    }
    return id;
  }

  private ImageDefaults defaults(String what, ContainerRequest request) {
    PinnedImage image = request.service().image();
    InspectedImage found =
        images
            .inspect(image)
            .orElseThrow(
                () ->
                    new EngineException.NotFound(
                        "could not "
                            + what
                            + ": image "
                            + image.pullReference()
                            + " is not here; pull it first"));
    requirePlatform(what, request, found);
    return found.defaults();
  }

  /** The engine would run the image that it holds, whatever it is for. */
  private static void requirePlatform(String what, ContainerRequest request, InspectedImage image) {
    String wanted = request.service().spec().container().optionsOrNone().platform();
    String[] parts = wanted == null ? new String[0] : wanted.split("/");
    boolean fits =
        parts.length < 2 || image.architecture().isEmpty() || parts[1].equals(image.architecture());
    if (!fits) {
      throw new EngineException.Refused(
          "could not "
              + what
              + ": the service asks for platform "
              + wanted
              + ", and the image that this server runs is for "
              + image.architecture()
              + "; remove 'platform', or run it on such a server");
    }
  }

  /** The engine creates a container on a network that is not there, and then cannot start it. */
  private void requireNetworks(String what, ContainerRequest request) {
    for (String network : Endpoints.networks(request)) {
      if (!presence.network(network)) {
        throw new EngineException.Refused("could not " + what + ": there is no network " + network);
      }
    }
  }

  private void takeBack(String id, EngineException cause) {
    try {
      engine.command("remove container " + Texts.id(id), Command.remove(id, false));
    } catch (EngineException e) {
      cause.addSuppressed(e);
    }
  }

  void connectMissing(Inspected container) {
    for (Endpoints.Endpoint endpoint :
        Endpoints.missing(container.labels(), container.networks())) {
      connect(container.id(), endpoint);
    }
  }

  /** On a network that it is on already it stays as it is. */
  void connect(String id, ContainerRequest request, String network) {
    Endpoints.Endpoint endpoint =
        Endpoints.all(request).stream()
            .filter(known -> known.network().equals(network))
            .findFirst()
            .orElseThrow(
                () ->
                    new EngineException.Refused(
                        "could not connect container "
                            + Texts.id(id)
                            + " to network "
                            + network
                            + ": the release has no such network"));
    if (!inspector.inspect(id).networks().contains(network)) {
      connect(id, endpoint);
    }
  }

  void connect(String id, Endpoints.Endpoint endpoint) {
    String what = "connect container " + Texts.id(id) + " to network " + endpoint.network();
    JsonNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("Container", id)
            .set("EndpointConfig", endpoint.json());
    try {
      engine.post(what, Paths.network(endpoint.network()) + "/connect", version -> body);
    } catch (EngineException.Ambiguous e) {
      if (!inspector.inspect(id).networks().contains(endpoint.network())) {
        throw e;
      }
    }
  }
}
