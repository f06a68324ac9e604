package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.holdfast.docker.EngineClient.StreamRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container's end: brought about, or waited for. What counts is what an inspect says afterwards.
 */
final class Ending {
  private static final Duration WAIT_SLICE = Duration.ofSeconds(50);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final EngineClient engine;
  private final Inspector inspector;

  Ending(EngineClient engine, Inspector inspector) {
    this.engine = engine;
    this.inspector = inspector;
  }

  /**
   * The engine kills by itself after the grace. Where it did not, or its answer is lost, we look
   * and kill.
   */
  void stop(String id, Duration grace) {
    try {
      engine.command(
          "stop container " + Texts.id(id),
          grace.plus(engine.deadlines().margin()),
          Command.post(Paths.container(id) + "/stop?t=" + wholeSeconds(grace)));
    } catch (EngineException.NotFound e) {
      return;
    } catch (EngineException.Ambiguous | EngineException.Conflict e) {
      kill(id);
    }
    if (!inspector.runs(id)) {
      return;
    }
    kill(id);
    if (inspector.runs(id)) {
      throw new EngineException.Ambiguous(
          "could not stop container "
              + Texts.id(id)
              + ": the engine reports it as running even after a kill; see what holds its process, or restart the engine",
          null);
    }
  }

  /** The engine counts in them; never less than was asked. */
  static int wholeSeconds(Duration duration) {
    return (int) Math.min(duration.plusNanos(999_999_999).toSeconds(), Integer.MAX_VALUE);
  }

  private void kill(String id) {
    if (!inspector.runs(id)) {
      return;
    }
    try {
      engine.command("kill container " + Texts.id(id), Command.post(Paths.container(id) + "/kill"));
    } catch (EngineException.NotFound | EngineException.Conflict e) {
      return;
    }
    long end = System.nanoTime() + engine.deadlines().margin().toNanos();
    while (inspector.runs(id) && System.nanoTime() - end < 0) {
      Pauses.pause(PAUSE, "kill container " + Texts.id(id));
    }
  }

  /**
   * Waits in slices, so that an engine that went away is noticed, and takes the exit status from an
   * inspect alone: the engine's own wait answers 0 for a container that never ran.
   */
  Optional<Integer> await(String id, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      Integer status = exitStatus(inspector.inspect(id));
      if (status != null) {
        return Optional.of(status);
      }
      Duration left = Duration.ofNanos(end - System.nanoTime());
      if (left.isNegative()) {
        return Optional.empty();
      }
      slice(id, left.compareTo(WAIT_SLICE) < 0 ? left : WAIT_SLICE);
    }
  }

  private static @Nullable Integer exitStatus(Inspected container) {
    return switch (ObservedMapper.state(Json.text(container.state().path("Status")))) {
      case EXITED, DEAD -> container.exitStatus();
      case CREATED ->
          throw new EngineException.Refused(
              "could not wait for container " + container.name() + ": it has never been started");
      case RUNNING, PAUSED, RESTARTING, REMOVING -> null;
    };
  }

  private void slice(String id, Duration slice) {
    StreamRequest request =
        new StreamRequest(
            Method.POST, Paths.container(id) + "/wait?condition=not-running", null, Map.of());
    try (Calls.Call<JsonNode> call =
        engine.stream(
            "wait for container " + Texts.id(id), request, body -> Json.mapper().readTree(body))) {
      if (!call.awaitDone(slice)) {
        return;
      }
    }
    // A wait that failed or that ended too early: the next look tells which, and must not follow at
    // once.
    Pauses.pause(PAUSE, "wait for container " + Texts.id(id));
  }
}
