package dev.holdfast.cli;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.time.InstantSource;
import java.util.Map;

/**
 * One program: `holdfast agent` boots Quarkus, every other command is plain Java that ends in a
 * moment.
 */
@QuarkusMain
public final class Main {
  private Main() {}

  public static void main(String... arguments) {
    Map<String, String> environment = System.getenv();
    Context context =
        new Context(Terminal.ofThisProcess(environment), environment, InstantSource.system());
    int code = Holdfast.run(context, Wiring.commands(context), arguments);
    context.terminal().out().flush();
    context.terminal().err().flush();
    end(arguments.length > 0 && arguments[0].equals("agent"), code);
  }

  /**
   * Java notes each exit in its log, and to start that log takes longer than most commands do. They
   * leave nothing to a shutdown hook; the agent does.
   */
  private static void end(boolean daemon, int code) {
    if (daemon) {
      System.exit(code);
    }
    Runtime.getRuntime().halt(code);
  }
}
