package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.Release;
import dev.holdfast.model.Usage;
import dev.holdfast.model.Vitals;
import java.util.Optional;

/** What the engine says of itself, and of how a container does. */
final class EngineFacts {
  private final EngineClient client;
  private final Inspector inspector;

  EngineFacts(EngineClient client, Inspector inspector) {
    this.client = client;
    this.inspector = inspector;
  }

  Engine.EngineInfo info() {
    String what = "ask the engine about itself";
    JsonNode version = client.get(what, "/version");
    JsonNode info = client.get(what, "/info");
    return new Engine.EngineInfo(
        Json.text(version.path("Version")),
        client.lookAt(what, Session::version).toString(),
        Json.text(version.path("Os")),
        Json.text(version.path("Arch")),
        Json.text(info.path("DockerRootDir")));
  }

  /**
   * @throws EngineException where it does not answer
   */
  void ping() {
    client.command(
        "ask the engine whether it is there", client.deadlines().look(), Command.get("/_ping"));
  }

  Engine.Gaps gaps(Release release) {
    return client.lookAt(
        "ask the engine for its version", session -> EngineNeeds.of(release, session.version()));
  }

  Vitals vitals(String id) {
    return VitalsMapper.map(inspector.inspect(id));
  }

  /** One shot: else the engine counts for a second or two, to tell how fast the count grows. */
  Optional<Usage> usage(String id) {
    return UsageMapper.map(
        client.get(
            "ask what container " + Texts.id(id) + " uses",
            Paths.container(id) + "/stats?stream=false&one-shot=true"));
  }
}
