package dev.holdfast.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program: its commands, and how their errors become messages and exit codes. */
@Command(
    name = "holdfast",
    description = "Keeps the Docker Compose apps of this server at the releases that git asks for.",
    synopsisSubcommandLabel = "COMMAND")
final class Holdfast implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  private Holdfast() {}

  /**
   * @param more the commands that are made elsewhere: agent, set, validate
   */
  static CommandLine commandLine(Context context, List<Object> more) {
    CommandLine line = new CommandLine(new Holdfast());
    more.forEach(line::addSubcommand);
    line.addSubcommand(new StatusCommand(context))
        .addSubcommand(new WhyCommand(context))
        .addSubcommand(new DiffCommand(context))
        .addSubcommand(new SyncCommand(context))
        .addSubcommand(new WaitCommand(context))
        .addSubcommand(new HistoryCommand(context))
        .addSubcommand(new ShowCommand(context))
        .addSubcommand(new LogsCommand(context))
        .addSubcommand(new ActionCommand.Rollback(context))
        .addSubcommand(new ActionCommand.Hold(context))
        .addSubcommand(new ActionCommand.Resume(context))
        .addSubcommand(new ActionCommand.Retry(context));
    line.getSubcommands().values().forEach(Holdfast::addHelp);
    addHelp(line);
    line.setUsageHelpAutoWidth(false).setUsageHelpWidth(80);
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            context.terminal().colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    line.setExecutionExceptionHandler((e, command, parsed) -> report(e, context));
    line.setOut(
        new java.io.PrintWriter(
            context.terminal().out(), true, java.nio.charset.StandardCharsets.UTF_8));
    line.setErr(
        new java.io.PrintWriter(
            context.terminal().err(), true, java.nio.charset.StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(false);
    return line;
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private static void addHelp(CommandLine line) {
    line.getCommandSpec()
        .addOption(
            CommandLine.Model.OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("shows this")
                .build());
  }

  private static int report(Exception e, Context context) {
    if (e instanceof CliException known) {
      context
          .terminal()
          .err()
          .println("holdfast: " + Text.lines(String.valueOf(known.getMessage())));
      return known.code();
    }
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return CliException.FAILED;
    }
    context
        .terminal()
        .err()
        .println("holdfast: failed in a way that it should not; please report this:");
    e.printStackTrace(context.terminal().err());
    return CliException.FAILED;
  }
}
