package dev.holdfast.cli;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "completion",
    description = "Prints a script that completes commands, options and apps in a shell.")
final class CompletionCommand implements Callable<Integer> {
  private final Context context;
  private final Supplier<CommandLine> all;

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish")
  Completion.Shell shell = Completion.Shell.bash;

  CompletionCommand(Context context, Supplier<CommandLine> all) {
    this.context = context;
    this.all = all;
  }

  @Override
  public Integer call() {
    context.terminal().out().print(Completion.script(all.get(), shell));
    return 0;
  }
}
