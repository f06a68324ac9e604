package dev.holdfast.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command as a page of section 1 or 8 of the manual, in roff, from what `--help` says. */
final class ManPage {
  private static final String SEE =
      "agent.yaml, metrics and what to do at night: /usr/share/doc/holdfast/docs, or docs beside the"
          + " program's bin";

  private final CommandLine line;
  private final CommandSpec spec;
  private final String name;

  private ManPage(CommandLine line) {
    this.line = line;
    this.spec = line.getCommandSpec();
    this.name = spec.qualifiedName("-");
  }

  /** The page's file name without its section. */
  static String name(CommandLine line) {
    return line.getCommandSpec().qualifiedName("-");
  }

  /**
   * @param date of the version, such as 2026-11-21
   */
  static String of(CommandLine line, String version, String date) {
    return new ManPage(line).roff(version, date);
  }

  private String roff(String version, String date) {
    List<String> roff = new ArrayList<>();
    roff.add(
        ".TH \""
            + name.toUpperCase(Locale.ROOT)
            + "\" \"8\" \""
            + date
            + "\" \"Holdfast "
            + version
            + "\" \"System administration\"");
    roff.add(".nh");
    section(roff, "NAME");
    String[] description = spec.usageMessage().description();
    String summary = description.length == 0 ? name : description[0].split("[.:] |\\.$", 2)[0];
    roff.add(text(name) + " \\- " + text(summary));
    section(roff, "SYNOPSIS");
    roff.add(".B " + text(spec.qualifiedName(" ")));
    roff.add(text(synopsis()));
    section(roff, "DESCRIPTION");
    for (int i = 0; i < description.length; i++) {
      if (i > 0) {
        roff.add(".PP");
      }
      roff.add(text(description[i]));
    }
    parameters(roff);
    options(roff);
    commands(roff);
    exitCodes(roff);
    section(roff, "SEE ALSO");
    roff.add(text(SEE));
    return String.join("\n", roff) + "\n";
  }

  private String synopsis() {
    List<String> lines = line.getUsageMessage(CommandLine.Help.Ansi.OFF).lines().toList();
    StringBuilder usage = new StringBuilder(lines.getFirst());
    // It goes on where lines are indented.
    lines.stream().skip(1).takeWhile(l -> l.startsWith(" ")).forEach(usage::append);
    int at = usage.indexOf(spec.qualifiedName(" "));
    return at < 0
        ? ""
        : usage.substring(at + spec.qualifiedName(" ").length()).replaceAll(" +", " ").strip();
  }

  private void parameters(List<String> roff) {
    List<PositionalParamSpec> all =
        spec.positionalParameters().stream().filter(p -> !p.hidden()).toList();
    if (!all.isEmpty()) {
      section(roff, "ARGUMENTS");
      all.forEach(p -> entry(roff, p.paramLabel(), p.description()));
    }
  }

  private void options(List<String> roff) {
    List<OptionSpec> all = spec.options().stream().filter(o -> !o.hidden()).toList();
    if (!all.isEmpty()) {
      section(roff, "OPTIONS");
      for (OptionSpec option : all) {
        String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        entry(roff, String.join(", ", option.names()) + value, option.description());
      }
    }
  }

  private void commands(List<String> roff) {
    if (!line.getSubcommands().isEmpty()) {
      section(roff, "COMMANDS");
      line.getSubcommands().values().stream()
          .filter(command -> !command.getCommandSpec().usageMessage().hidden())
          .forEach(
              command ->
                  entry(
                      roff,
                      name(command) + "(8)",
                      command.getCommandSpec().usageMessage().description()));
    }
  }

  private void exitCodes(List<String> roff) {
    Map<String, String> codes = spec.usageMessage().exitCodeList();
    section(roff, "EXIT STATUS");
    if (codes.isEmpty()) {
      codes = Map.of("0", "done", "1", "it failed", "2", "wrong usage", "4", "no agent answers");
    }
    codes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(code -> entry(roff, code.getKey(), new String[] {code.getValue()}));
  }

  private static void section(List<String> roff, String title) {
    roff.add(".SH " + title);
  }

  private static void entry(List<String> roff, String term, String[] description) {
    roff.add(".TP");
    roff.add(".B " + text(term));
    roff.add(text(String.join(" ", description)));
  }

  /** What roff would take for its own is escaped; picocli's marks for colours go. */
  private static String text(String text) {
    String plain =
        text.replaceAll("@\\|\\S+ ([^|]*)\\|@", "$1")
            .replace("%n", " ")
            .replace("\\", "\\e")
            .replace("-", "\\-");
    return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
  }
}
