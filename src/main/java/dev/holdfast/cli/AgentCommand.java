package dev.holdfast.cli;

import dev.holdfast.agent.Beforehand;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "agent",
    description = "The daemon: keeps every app of agent.yaml at its desired release.")
final class AgentCommand implements Callable<Integer> {
  private final Context context;
  private final AgentAddress.Reader reader;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "agent.yaml (default: $HOLDFAST_CONFIG, else /etc/holdfast/agent.yaml)")
  @Nullable Path config;

  @Option(
      names = "--once",
      description =
          "reconcile every app once to the end and exit; 1 if any is not at its desired release")
  boolean once;

  AgentCommand(Context context, AgentAddress.Reader reader) {
    this.context = context;
    this.reader = reader;
  }

  @Override
  public Integer call() {
    Path named = SocketFinder.config(config, context.environment());
    Path file = (named == null ? SocketFinder.DEFAULT_CONFIG : named).toAbsolutePath();
    AgentAddress address = reader.read(file, context.environment());
    Beforehand.begin();
    AgentSocket socket = new AgentSocket(address.socket());
    checkPort(address);
    socket.prepare();
    // Quarkus and the beans read these; they win over its own files and the environment.
    address.properties().forEach(System::setProperty);
    System.setProperty(Agent.CONFIG, file.toString());
    System.setProperty(Agent.ONCE, Boolean.toString(once));
    System.setProperty(Agent.SOCKET, address.socket().toString());
    return run(socket);
  }

  private int run(AgentSocket socket) {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    int[] code = {0};
    Quarkus.run(
        Agent.class,
        (exit, error) -> {
          code[0] = exit;
          failure.set(error);
        });
    socket.remove();
    Throwable error = failure.get();
    if (error != null) {
      throw new CliException(
          CliException.FAILED, "could not start the agent because " + rootOf(error));
    }
    return code[0];
  }

  /** Asked before anything starts, so that the answer is one line and not a stack. */
  private static void checkPort(AgentAddress address) {
    if (address.host() == null) {
      return;
    }
    String listen = address.host() + ":" + address.port();
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
    } catch (BindException e) {
      throw new CliException(
          CliException.FAILED,
          "could not listen on "
              + listen
              + " because "
              + e.getMessage()
              + "; choose another api.listen in agent.yaml, or `off`");
    } catch (IOException e) {
      throw new CliException(
          CliException.FAILED,
          "could not listen on "
              + listen
              + " because "
              + e.getMessage()
              + "; correct api.listen in agent.yaml");
    }
  }

  private static String rootOf(Throwable error) {
    Throwable root = error;
    for (int depth = 0; root.getCause() != null && depth < 50; depth++) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }
}
