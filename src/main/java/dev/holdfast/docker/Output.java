package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.holdfast.docker.EngineClient.StreamRequest;
import dev.holdfast.model.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What containers print: their logs, and commands run in them. */
final class Output {
  /** How runc's failures begin, in the output or in the engine's answer, by its version. */
  static final String RUNTIME_FAILED = "OCI runtime exec failed";

  /** In such a failure: the command itself is not there or may not be run. */
  private static final String COMMAND_FAILED = "exec: \"";

  private static final int COMMAND_MISSING = 127;
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final EngineClient engine;

  Output(EngineClient engine) {
    this.engine = engine;
  }

  List<String> tail(String id, int lines) {
    return last(id, lines, "");
  }

  List<String> since(String id, Instant since, int lines) {
    String moment = "%d.%09d".formatted(since.getEpochSecond(), since.getNano());
    return last(id, lines, "&since=" + moment);
  }

  private List<String> last(String id, int lines, String options) {
    Deque<String> last = new ArrayDeque<>();
    boolean ended =
        copy(
            id,
            "&tail=" + lines + options,
            engine.deadlines().look(),
            line -> {
              last.addLast(line);
              if (last.size() > lines) {
                last.removeFirst();
              }
            });
    if (!ended) {
      throw new EngineException.Ambiguous(
          "could not read the last output of container "
              + Texts.id(id)
              + " within "
              + Texts.of(engine.deadlines().look()),
          null);
    }
    return List.copyOf(last);
  }

  void follow(String id, Duration timeout, Consumer<String> output) {
    copy(id, "&follow=1&tail=all", timeout, output);
  }

  private boolean copy(String id, String options, Duration timeout, Consumer<String> output) {
    String what = "read the output of container " + Texts.id(id);
    boolean terminal = new Inspected(engine.get(what, Paths.container(id) + "/json")).terminal();
    Streams.Lines lines = new Streams.Lines();
    StreamRequest request =
        StreamRequest.get(Paths.container(id) + "/logs?stdout=1&stderr=1" + options);
    try (Calls.Call<Boolean> call =
        engine.stream(what, request, body -> lines.readFrom(body, terminal))) {
      return lines.drainTo(output, call, timeout) && call.await(engine.deadlines().look());
    }
  }

  /**
   * Creates the exec, reads its output to the end, then asks for its exit status. A command that
   * outlives {@code timeout} is TimedOut and runs on in its container, since the engine cannot end
   * an exec.
   */
  int exec(
      String id,
      List<String> command,
      Environment environment,
      Duration timeout,
      Consumer<String> output) {
    String what = "run " + command.getFirst() + " in container " + Texts.id(id);
    long end = System.nanoTime() + timeout.toNanos();
    String exec =
        created(
            what,
            id,
            command,
            wish -> wish.set("Env", CreateMapper.strings(CreateMapper.environment(environment))));
    AtomicReference<@Nullable String> runtimeFailure = new AtomicReference<>();
    Consumer<String> watched =
        line -> {
          if (line.startsWith(RUNTIME_FAILED)) {
            runtimeFailure.set(line);
          }
          output.accept(line);
        };
    try {
      run(what, exec, timeout, watched);
    } catch (EngineException.Refused | EngineException.NotFound | EngineException.Ambiguous e) {
      return notRun(e, output);
    }
    return status(what, exec, end, timeout, runtimeFailure.get());
  }

  /**
   * Its id; nothing runs yet.
   *
   * @param more what is wanted beside its output
   */
  String created(String what, String id, List<String> command, Consumer<ObjectNode> more) {
    ObjectNode body =
        JsonNodeFactory.instance.objectNode().put("AttachStdout", true).put("AttachStderr", true);
    body.set("Cmd", CreateMapper.strings(command));
    more.accept(body);
    return Json.text(
        engine
            .post(what, engine.deadlines().look(), Paths.container(id) + "/exec", version -> body)
            .path("Id"));
  }

  private void run(String what, String exec, Duration timeout, Consumer<String> output) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("Detach", false).put("Tty", false);
    StreamRequest request =
        new StreamRequest(Method.POST, Paths.exec(exec) + "/start", body, Map.of());
    Streams.Lines lines = new Streams.Lines();
    try (Calls.Call<Boolean> call =
        engine.stream(what, request, stream -> lines.readFrom(stream, false))) {
      boolean ended = lines.drainTo(output, call, timeout);
      if (!ended && lines.begun()) {
        throw timedOut(what, timeout);
      }
      call.await(ended ? engine.deadlines().look() : Duration.ZERO);
    }
  }

  /** Newer engines answer with an error where older ones print it as the command's output. */
  static int notRun(EngineException e, Consumer<String> output) {
    String message = String.valueOf(e.getMessage());
    if (!message.contains(COMMAND_FAILED)) {
      throw e;
    }
    output.accept(message);
    return COMMAND_MISSING;
  }

  int status(
      String what, String exec, long end, Duration timeout, @Nullable String runtimeFailure) {
    while (true) {
      JsonNode inspected = engine.get(what, Paths.exec(exec) + "/json");
      if (!inspected.path("Running").asBoolean()) {
        return status(what, inspected.path("ExitCode"), runtimeFailure);
      }
      // It closed its output and runs on.
      if (System.nanoTime() - end >= 0) {
        throw timedOut(what, timeout);
      }
      Pauses.pause(PAUSE, what);
    }
  }

  private static int status(String what, JsonNode code, @Nullable String runtimeFailure) {
    boolean couldNotRun = runtimeFailure != null && !runtimeFailure.contains(COMMAND_FAILED);
    if (!code.isNumber() || code.intValue() < 0 || (couldNotRun && code.intValue() != 0)) {
      String reason =
          runtimeFailure == null ? "the engine knows no exit status of it" : runtimeFailure;
      throw new EngineException.Ambiguous("could not " + what + ": " + reason, null);
    }
    return code.intValue();
  }

  static EngineException.TimedOut timedOut(String what, Duration timeout) {
    return new EngineException.TimedOut(
        "could not " + what + " to its end: it still runs after " + Texts.of(timeout));
  }
}
