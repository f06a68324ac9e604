package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.holdfast.docker.EngineClient.StreamRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries data in and out of containers. */
final class Piping implements ContainerData {
  private static final int BUFFER = 32 * 1024;

  private final EngineClient engine;
  private final Output commands;

  Piping(EngineClient engine, Output commands) {
    this.engine = engine;
    this.commands = commands;
  }

  @Override
  public int pipe(
      String id,
      List<String> command,
      Duration timeout,
      @Nullable InputStream input,
      OutputStream output,
      Consumer<String> messages) {
    String what = "run " + command.getFirst() + " in container " + Texts.id(id);
    long end = System.nanoTime() + timeout.toNanos();
    String exec =
        commands.created(what, id, command, wish -> wish.put("AttachStdin", input != null));
    Beginning printed = new Beginning(output);
    try {
      flow(what, exec, timeout, input, printed, messages);
    } catch (EngineException.Refused | EngineException.NotFound | EngineException.Ambiguous e) {
      return Output.notRun(e, messages);
    }
    String failure = printed.runtimeFailure();
    if (failure != null) {
      messages.accept(failure);
    }
    return commands.status(what, exec, end, timeout, failure);
  }

  private void flow(
      String what,
      String exec,
      Duration timeout,
      @Nullable InputStream input,
      OutputStream output,
      Consumer<String> messages) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("Detach", false).put("Tty", false);
    AtomicReference<@Nullable IOException> unread = new AtomicReference<>();
    Streams.Lines lines = new Streams.Lines();
    try (Calls.Call<Boolean> call =
        engine.upgrade(
            what,
            Paths.exec(exec) + "/start",
            body,
            connection -> exchange(connection, input, output, lines, unread))) {
      boolean ended = lines.drainTo(messages, call, timeout);
      if (!ended && lines.begun()) {
        throw Output.timedOut(what, timeout);
      }
      call.await(ended ? engine.deadlines().look() : Duration.ZERO);
    } catch (EngineException e) {
      throw unread.get() == null ? e : unreadable(what, unread.get());
    }
    if (unread.get() != null) {
      throw unreadable(what, unread.get());
    }
  }

  private static UncheckedIOException unreadable(String what, @Nullable IOException failure) {
    IOException why = Objects.requireNonNull(failure, "asked only where there is one");
    return new UncheckedIOException(
        "could not read what " + what + " needs: " + why.getMessage(), why);
  }

  private static boolean exchange(
      Upgraded connection,
      @Nullable InputStream input,
      OutputStream output,
      Streams.Lines lines,
      AtomicReference<@Nullable IOException> unread)
      throws IOException, InterruptedException {
    if (input == null) {
      return lines.readFrom(connection.in(), output);
    }
    Thread feeder =
        Thread.ofVirtual()
            .name("engine: input of a command")
            .start(() -> feed(input, connection, unread));
    try {
      return lines.readFrom(connection.in(), output);
    } finally {
      // Its write ends with the connection, its read with the interrupt; nobody reads the input
      // after this.
      connection.close();
      feeder.interrupt();
      feeder.join();
    }
  }

  private static void feed(
      InputStream input, Upgraded connection, AtomicReference<@Nullable IOException> unread) {
    byte[] buffer = new byte[BUFFER];
    while (true) {
      int read;
      try {
        read = input.read(buffer);
      } catch (IOException e) {
        unread.set(Thread.currentThread().isInterrupted() ? null : e);
        giveUp(connection);
        return;
      } catch (RuntimeException e) {
        // What does not decompress.
        unread.set(new IOException(e.getMessage(), e));
        giveUp(connection);
        return;
      }
      try {
        if (read < 0) {
          connection.endOutput();
          return;
        }
        connection.out().write(buffer, 0, read);
      } catch (IOException e) {
        // The command has ended, or closed its input: its exit status says whether that is well.
        return;
      }
    }
  }

  /** Without its input the command would wait to its timeout. */
  private static void giveUp(Upgraded connection) {
    try {
      connection.close();
    } catch (IOException e) {
      // Whoever reads from it waits no longer than the command may take.
      return;
    }
  }

  @Override
  public Set<List<String>> running(String id) {
    String what = "ask what runs in container " + Texts.id(id);
    Set<List<String>> running = new LinkedHashSet<>();
    JsonNode container = engine.get(what, Paths.container(id) + "/json");
    for (JsonNode exec : container.path("ExecIDs")) {
      running(what, exec.asText()).ifPresent(running::add);
    }
    return running;
  }

  private Optional<List<String>> running(String what, String exec) {
    try {
      JsonNode said = engine.get(what, Paths.exec(exec) + "/json");
      JsonNode process = said.path("ProcessConfig");
      List<String> command = new ArrayList<>(List.of(process.path("entrypoint").asText()));
      process.path("arguments").forEach(argument -> command.add(argument.asText()));
      return said.path("Running").asBoolean()
          ? Optional.of(List.copyOf(command))
          : Optional.empty();
    } catch (EngineException.NotFound e) {
      return Optional.empty();
    }
  }

  @Override
  public void save(String id, String folder, Duration timeout, OutputStream tar) {
    String what = "read " + folder + " of container " + Texts.id(id);
    await(
        what,
        timeout,
        engine.stream(
            what,
            StreamRequest.get(archive(id, folder + "/.")),
            body -> {
              body.transferTo(tar);
              return true;
            }));
  }

  @Override
  public void load(String id, String folder, Duration timeout, InputStream tar) {
    String what = "write " + folder + " of container " + Texts.id(id);
    await(what, timeout, engine.upload(what, Method.PUT, archive(id, folder), tar));
  }

  private static String archive(String id, String folder) {
    return Paths.container(id) + "/archive?path=" + Paths.encode(folder);
  }

  private static void await(String what, Duration timeout, Calls.Call<Boolean> call) {
    try (call) {
      if (!call.awaitDone(timeout)) {
        throw Output.timedOut(what, timeout);
      }
      call.await(Duration.ZERO);
    } catch (EngineException.Ambiguous e) {
      // The engine's own error about a disk that is full or a path that is not there: the same
      // comes of it each time, and both can be begun anew.
      throw e.getCause() instanceof Failures.ServerError
          ? new EngineException.Refused(String.valueOf(e.getMessage()))
          : e;
    }
  }

  @Override
  public void pause(String id) {
    engine.command("pause container " + Texts.id(id), Command.post(Paths.container(id) + "/pause"));
  }

  /** Remembers how what is printed begins: by that a command that could not be run is known. */
  private static final class Beginning extends OutputStream {
    private static final int ENOUGH = 2048;

    private final OutputStream to;
    private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();

    Beginning(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int room = ENOUGH - beginning.size();
      beginning.write(bytes, offset, Math.min(Math.max(room, 0), length));
      to.write(bytes, offset, length);
    }

    @Nullable String runtimeFailure() {
      String text = beginning.toString(StandardCharsets.UTF_8).strip();
      return text.startsWith(Output.RUNTIME_FAILED) ? text : null;
    }
  }
}
