package dev.holdfast.docker;

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
    return client.lookAt(
        "ask the engine about itself",
        session -> {
          var version = session.client().versionCmd().exec();
          return new Engine.EngineInfo(
              version.getVersion(),
              session.version().toString(),
              version.getOperatingSystem(),
              version.getArch(),
              String.valueOf(session.client().infoCmd().exec().getDockerRootDir()));
        });
  }

  /**
   * @throws EngineException where it does not answer
   */
  void ping() {
    client.lookAt(
        "ask the engine whether it is there",
        session -> {
          session.client().pingCmd().exec();
          return true;
        });
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
            "/containers/" + EngineClient.encode(id) + "/stats?stream=false&one-shot=true"));
  }
}
