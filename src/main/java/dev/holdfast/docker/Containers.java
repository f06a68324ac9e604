package dev.holdfast.docker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.holdfast.model.Labels;
import dev.holdfast.model.RestartPolicy;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What is done to a container that exists. Each method looks at what is there before it takes a
 * failure for one: an answer that got lost, or a 500 after the work was done, is success when the
 * container says so.
 */
final class Containers {
  private static final Pattern HALF_STARTED =
      Pattern.compile("\\btask ([0-9a-f]{64}): already exists");

  /** How often, and how long apart, a start is tried while containerd clears up. */
  private static final int CLEARING_TRIES = 10;

  private static final Duration CLEARING_PAUSE = Duration.ofMillis(200);

  private final EngineClient engine;
  private final Inspector inspector;
  private final Creation creation;

  Containers(EngineClient engine, Inspector inspector, Creation creation) {
    this.engine = engine;
    this.inspector = inspector;
    this.creation = creation;
  }

  void start(String id) {
    Inspected before = inspector.inspect(id);
    if (before.paused()) {
      engine.command(
          "unpause container " + before.name(), Command.post(Paths.container(id) + "/unpause"));
      return;
    }
    if (before.active()) {
      return;
    }
    creation.connectMissing(before);
    try {
      startOnce(before);
    } catch (EngineException.Stuck e) {
      startCleared(before, e);
    }
  }

  private void startOnce(Inspected container) {
    String id = container.id();
    try {
      engine.command(
          "start container " + container.name(), Command.post(Paths.container(id) + "/start"));
    } catch (EngineException.NotFound e) {
      throw startNeeds(id, e);
    } catch (EngineException.Ambiguous e) {
      startFailed(id, e);
    }
  }

  /** What is in its way is ended, and it starts as soon as containerd has seen that. */
  private void startCleared(Inspected container, EngineException.Stuck stuck) {
    if (!HalfStarted.end(container.id())) {
      throw stuck;
    }
    EngineException.Stuck last = stuck;
    for (int tried = 0; tried < CLEARING_TRIES; tried++) {
      Pauses.pause(CLEARING_PAUSE, "start container " + container.name());
      try {
        startOnce(container);
        return;
      } catch (EngineException.Stuck e) {
        last = e;
      }
    }
    throw last;
  }

  /** 404 also means that a network or a program of the container is not there. */
  private EngineException startNeeds(String id, EngineException.NotFound e) {
    inspector.inspect(id);
    return new EngineException.Refused(String.valueOf(e.getMessage()));
  }

  /**
   * The engine answers 500 to what it refuses: a port that is taken, a mount or a device that is
   * not there. And to what it could not do just now.
   */
  private void startFailed(String id, EngineException.Ambiguous e) {
    if (inspector.inspect(id).active()) {
      return;
    }
    if (!(e.getCause() instanceof Failures.ServerError)) {
      throw e;
    }
    throw notStarted(String.valueOf(e.getMessage()));
  }

  /** What the engine's words for it say of another try. Names in them are somebody's choice. */
  static EngineException notStarted(String message) {
    String words = message.toLowerCase(Locale.ROOT);
    if (HALF_STARTED.matcher(words).find()) {
      return new EngineException.Stuck(message);
    }
    boolean taken =
        words.contains("port is already allocated") || words.contains("address already in use");
    return taken ? new EngineException.Conflict(message) : new EngineException.NotStarted(message);
  }

  void rename(String id, String name) {
    try {
      engine.command(
          "rename container " + Texts.id(id) + " to " + name,
          Command.post(Paths.container(id) + "/rename?name=" + Paths.encode(name)));
    } catch (EngineException.NotFound e) {
      // Of a container that is between two lives 20.10 says 404 too, for its network.
      if (!inspector.inspect(id).name().equals(name)) {
        throw new EngineException.Ambiguous(String.valueOf(e.getMessage()), e);
      }
    } catch (EngineException.Ambiguous | EngineException.Conflict | EngineException.Refused e) {
      if (!inspector.inspect(id).name().equals(name)) {
        throw e;
      }
    }
  }

  /**
   * Nobody takes over the anonymous volumes of a migration's container or of a shell's; those of
   * services are carried on.
   */
  private boolean isOneOff(String id) {
    return inspector
        .find(id)
        .map(Inspected::labels)
        .filter(
            labels ->
                labels.containsKey(Labels.APP)
                    && (Labels.migration(labels) != null || Labels.shell(labels) != null))
        .isPresent();
  }

  void remove(String id) {
    try {
      engine.command("remove container " + Texts.id(id), Command.remove(id, isOneOff(id)));
    } catch (EngineException.NotFound e) {
      return;
    } catch (EngineException.Conflict e) {
      if (!String.valueOf(e.getMessage()).contains("already in progress")) {
        throw e;
      }
    } catch (EngineException.Ambiguous e) {
      if (inspector.find(id).isPresent()) {
        throw e;
      }
    }
  }

  void setRestartPolicy(String id, RestartPolicy policy) {
    engine.post(
        "set the restart policy of container " + Texts.id(id),
        Paths.container(id) + "/update",
        version ->
            JsonNodeFactory.instance
                .objectNode()
                .set("RestartPolicy", CreateMapper.restart(policy)));
  }
}
