package dev.holdfast.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How a command finds its agent: --socket, $HOLDFAST_SOCKET, the agent.yaml of --config,
 * $HOLDFAST_CONFIG or /etc/holdfast.
 */
final class AgentOptions {
  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "the agent's socket (default: $HOLDFAST_SOCKET, else what agent.yaml says)")
  @Nullable Path socket;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "the agent.yaml that names the socket")
  @Nullable Path config;

  AgentClient client(Context context) {
    return new AgentClient(SocketFinder.find(socket, config, context.environment()));
  }
}
