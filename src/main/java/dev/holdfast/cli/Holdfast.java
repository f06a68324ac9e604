package dev.holdfast.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

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
  static CommandLine commandLine(Context context, Map<String, Supplier<Object>> more) {
    Map<String, Supplier<Object>> all = all(context, more);
    return line(context, all);
  }

  /**
   * For one run with these words: where they name a command, that one alone is made. To read the
   * annotations of all of them takes longer than to ask the agent.
   */
  static CommandLine commandLine(
      Context context, Map<String, Supplier<Object>> more, String... words) {
    Map<String, Supplier<Object>> all = all(context, more);
    Supplier<Object> named = words.length == 0 ? null : all.get(words[0]);
    return line(context, named == null ? all : Map.of(words[0], named));
  }

  /** A whole run with these words; its exit code. */
  static int run(Context context, Map<String, Supplier<Object>> more, String... words) {
    Callable<Integer> shortcut = Shortcut.of(context, more.get("agent"), words);
    if (shortcut == null) {
      return commandLine(context, more, words).execute(words);
    }
    try {
      return shortcut.call();
    } catch (Exception e) {
      return report(e, context);
    }
  }

  private static Map<String, Supplier<Object>> all(
      Context context, Map<String, Supplier<Object>> more) {
    Map<String, Supplier<Object>> all = new LinkedHashMap<>(more);
    all.putAll(own(context));
    Supplier<CommandLine> whole = () -> commandLine(context, more);
    all.put("completion", () -> new CompletionCommand(context, whole));
    all.put("man-pages", () -> new ManCommand(whole));
    return all;
  }

  private static Map<String, Supplier<Object>> own(Context context) {
    Map<String, Supplier<Object>> own = new LinkedHashMap<>();
    own.put("status", () -> new StatusCommand(context));
    own.put("why", () -> new WhyCommand(context));
    own.put("diff", () -> new DiffCommand(context));
    own.put("sync", () -> new SyncCommand(context));
    own.put("wait", () -> new WaitCommand(context));
    own.put("history", () -> new HistoryCommand(context));
    own.put("show", () -> new ShowCommand(context));
    own.put("logs", () -> new LogsCommand(context));
    own.put("shell", () -> new ShellCommand(context));
    own.put("backups", () -> new BackupsCommand(context));
    own.put("backup", () -> new BackupCommand(context));
    own.put("restore", () -> new RestoreCommand(context));
    own.put("rollback", () -> new ActionCommand.Rollback(context));
    own.put("approve", () -> new ActionCommand.Approve(context));
    own.put("reject", () -> new ActionCommand.Reject(context));
    own.put("hold", () -> new ActionCommand.Hold(context));
    own.put("resume", () -> new ActionCommand.Resume(context));
    own.put("retry", () -> new ActionCommand.Retry(context));
    return own;
  }

  private static CommandLine line(Context context, Map<String, Supplier<Object>> commands) {
    CommandLine line = new CommandLine(new Holdfast());
    commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
    line.getSubcommands().values().forEach(Holdfast::addHelp);
    addHelp(line);
    addVersion(line);
    line.setUsageHelpAutoWidth(false).setUsageHelpWidth(80);
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            context.terminal().colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    line.setParameterExceptionHandler((e, words) -> misused(e, context));
    line.setExecutionExceptionHandler((e, command, parsed) -> report(e, context));
    line.setOut(new PrintWriter(context.terminal().out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(context.terminal().err(), true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(false);
    return line;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CliException.USAGE;
  }

  /** What is wrong, and where the help is: the help itself would push it off the screen. */
  private static int misused(ParameterException e, Context context) {
    CommandLine command = e.getCommandLine();
    context.terminal().err().println("holdfast: " + Text.line(String.valueOf(e.getMessage())));
    UnmatchedArgumentException.printSuggestions(e, command.getErr());
    context
        .terminal()
        .err()
        .println("`" + command.getCommandSpec().qualifiedName() + " --help` says what there is");
    return CliException.USAGE;
  }

  private static void addVersion(CommandLine line) {
    String version = Holdfast.class.getPackage().getImplementationVersion();
    line.getCommandSpec()
        .version("holdfast " + (version == null ? "(not from a distribution)" : version))
        .addOption(
            CommandLine.Model.OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("shows the version")
                .build());
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
