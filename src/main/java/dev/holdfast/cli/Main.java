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
    int code =
        Holdfast.commandLine(context, Wiring.commands(context), arguments).execute(arguments);
    context.terminal().out().flush();
    System.exit(code);
  }
}
