package dev.holdfast.cli;

import dev.holdfast.reconcile.Loop;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The agent's life once its API is served: the loop turns until the process is told to stop, or
 * every app was reconciled once.
 */
public class Agent implements QuarkusApplication {
  /** System property: the path of agent.yaml. */
  public static final String CONFIG = "holdfast.config";

  static final String ONCE = "holdfast.once";
  static final String SOCKET = "holdfast.socket";
  private final Loop loop;
  private final boolean once;
  private final String socket;

  Agent(
      Loop loop,
      @ConfigProperty(name = ONCE, defaultValue = "false") boolean once,
      @ConfigProperty(name = SOCKET, defaultValue = "/run/holdfast/holdfast.sock") String socket) {
    this.loop = loop;
    this.once = once;
    this.socket = socket;
  }

  @Override
  public int run(String... arguments) {
    new AgentSocket(Path.of(socket)).open();
    if (once) {
      return loop.once() ? 0 : CliException.FAILED;
    }
    loop.start();
    Quarkus.waitForExit();
    return 0;
  }
}
